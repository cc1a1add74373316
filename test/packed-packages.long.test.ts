import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules/.bin/tsc');
const packages = ['@aws-starter-kit/dynamo', '@aws-starter-kit/users'];

/** What npm and pnpm tell their scripts would tie a further npm to this workspace. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_(registry|cache|userconfig))|INIT_CWD)/i.test(name)),
);

describe('the packed dynamo and users packages, installed into an empty project', () => {
  let app: string;

  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'packed-packages-'));
    const filters = packages.flatMap((name) => ['--filter', name]);
    await run('npx', ['pnpm', ...filters, 'pack', '--pack-destination', app], { cwd: root });
    const tarballs = (await readdir(app)).filter((name) => name.endsWith('.tgz'));
    expect(tarballs).toHaveLength(packages.length);

    await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    // The types of Powertools Logger name those of aws-lambda without depending on them.
    const types = ['@types/node@20', '@types/aws-lambda@8'];
    const quickly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', ...quickly, ...tarballs.map((name) => `./${name}`), ...types], { cwd: app, env });
    await copyFile(new URL('packed-app/program.ts', import.meta.url), join(app, 'program.ts'));
  });

  afterAll(() => rm(app, { recursive: true, force: true }));

  /** Compiles the program as strictly as can be, declarations of all packages included, into a folder of that name. */
  async function compile(module: string, moduleResolution: string): Promise<string> {
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2023',
      lib: ['es2023'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noImplicitOverride: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      outDir: moduleResolution,
    };
    const project = join(app, `tsconfig.${moduleResolution}.json`);
    await writeFile(project, JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    const errors = await run(tsc, ['-p', project]).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    expect(errors).toBe('');
    return join(app, moduleResolution, 'program.js');
  }

  it('type-check by the resolution of bundlers', () => compile('esnext', 'bundler'));

  it('type-check by the resolution of Node, and work', async () => {
    const program = await compile('nodenext', 'nodenext');
    const { endpoint, stop } = await startLocalDynamo();
    onTestFinished(stop);
    const { stdout } = await run(process.execPath, [program], {
      cwd: app,
      env: { ...env, AWS_ENDPOINT_URL: endpoint, DYNAMODB_TABLE: `packed-${randomUUID()}`, LOG_LEVEL: 'ERROR' },
    });
    expect(JSON.parse(stdout)).toEqual({
      table: 'created',
      email: 'ada@example.com',
      version: 1,
      duplicate: 'User with email ada@example.com already exists',
      prices: [7],
    });
  });

  it('come without anything of the workspace', async () => {
    const installed = await readdir(join(app, 'node_modules/@aws-starter-kit'));
    expect(installed.sort()).toEqual(['dynamo', 'users']);
  });
});
