import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { apiOnOwnEngine } from '../../../test/api-on-own-engine.js';
import { callsFile, compilerErrors, expectedErrors } from '../../../test/client-types/compiler-errors.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

/** Without the variables that npm and pnpm set for scripts: they would tie another npm to this workspace. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_(registry|cache|userconfig))|INIT_CWD)/i.test(name)),
);

describe('the packed client, installed alone into an empty project', () => {
  let app: string;
  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'packed-client-'));
    await run('npx', ['pnpm', '--filter', '@aws-starter-kit/client', 'pack', '--pack-destination', app], { cwd: root });
    const tarballs = await readdir(app);
    expect(tarballs).toHaveLength(1);
    await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    const quickly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
    await run('npm', ['install', ...quickly, `./${tarballs[0]}`, '@types/node@20'], { cwd: app, env });
    await copyFile(callsFile, join(app, 'calls.ts'));
  }, 300_000);
  afterAll(() => rm(app, { recursive: true, force: true }));

  /** Compiles a file with all strict options, the declarations of all packages included. */
  async function errorsOf(file: string, options: { module: string; lib: string[]; types: string[] }) {
    const moduleResolution = options.module === 'nodenext' ? 'nodenext' : 'bundler';
    const strictly = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
    const compilerOptions = { ...options, ...strictly, moduleResolution, target: 'es2023', verbatimModuleSyntax: true };
    const project = join(app, `tsconfig.${moduleResolution}.json`);
    await writeFile(
      project,
      JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: false }, files: [file] }),
    );
    return compilerErrors(project);
  }

  // tRPC's own declarations need the libraries beyond ES2023.
  it.each([
    { where: 'a page', module: 'esnext', lib: ['es2023', 'dom', 'esnext.disposable'], types: [] },
    { where: 'Node', module: 'nodenext', lib: ['es2023', 'dom'], types: ['node'] },
  ])('accepts valid calls and rejects invalid ones in $where', async ({ where: _, ...options }) => {
    expect(await errorsOf('calls.ts', options)).toEqual(await expectedErrors());
  });

  it('installs tRPC and a source of events only, and nothing of the server', async () => {
    expect(await readdir(join(app, 'node_modules/@aws-starter-kit'))).toEqual(['client']);
    const installed = await readdir(join(app, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.')).sort()).toEqual([
      '@aws-starter-kit',
      '@trpc',
      '@types',
      'eventsource',
      'eventsource-parser',
      'undici-types', // of @types/node
    ]);
    const dist = join(app, 'node_modules/@aws-starter-kit/client/dist');
    for (const file of await readdir(dist)) {
      const imported = [...(await readFile(join(dist, file), 'utf8')).matchAll(/(?:from |import\()['"]([^'"]+)/g)];
      const others = imported.map(([, name = '']) => name).filter((name) => !name.startsWith('./'));
      expect(others.filter((name) => !/^(@trpc\/(client|server)(\/.*)?|eventsource)$/.test(name))).toEqual([]);
    }
  });

  it('runs the example of the README on Node', async () => {
    const { url, token, stop } = await apiOnOwnEngine();
    onTestFinished(stop);

    const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
    await writeFile(join(app, 'example.ts'), example.replace('http://127.0.0.1:3000', url));
    expect(await errorsOf('example.ts', { module: 'nodenext', lib: ['es2023', 'dom'], types: ['node'] })).toEqual([]);
    const { stdout } = await run(process.execPath, ['example.js'], {
      cwd: app,
      env: { ...env, API_TOKEN: token },
    });
    expect(stdout).toBe(output);
  });

  it('is small in the bundle of a page, and needs nothing of Node or the server', async () => {
    const contents = "export { createApiClient, isApiError } from '@aws-starter-kit/client';";
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir: app },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser', // an import of a Node module is an error here
      target: 'es2022',
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
    const packages = Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
    expect(new Set(packages)).toEqual(new Set([undefined, '@aws-starter-kit/client', '@trpc/client', '@trpc/server']));
    const code = outputFiles[0]?.contents ?? new Uint8Array();
    const [minified, gzipped] = [code.length, gzipSync(code).length]; // 24.3 and 8.6 KB with tRPC 11.25
    expect(minified, `${minified} bytes, ${gzipped} with gzip`).toBeLessThan(26_000);
    expect(gzipped).toBeLessThan(9_300);
  });
});
