import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** What pnpm and vitest tell their children would tie the copy to this repository, or its tests to this run. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_(registry|cache|userconfig))|INIT_CWD|VITEST|NODE_)/i.test(name),
  ),
);
/** What is the same in the copy is built and checked already. */
const env = { ...inherited, TURBO_CACHE_DIR: join(repository, '.turbo/cache') };

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const entities = [
  ['product', '--fields', 'name:string price:number sku:string:unique category:string:index'],
  ['order', '--fields', 'status:enum(open,paid):index customer:string:index note:text? dueAt:datetime isGift:boolean'],
  [
    'orderItem',
    '--belongs-to',
    'order',
    '--fields',
    'code:string?:unique serial:integer:unique quantity:integer weight:number?',
  ],
];

/** Somebody's own, made here by the tutorial, or by this: the copy has them too. */
const areTaken = entities.some(([name]) => existsSync(join(repository, `packages/${kebab(String(name))}s`)));

describe.skipIf(areTaken)('three entities, two of which belong together, in a copy of this repository', () => {
  let root: string;
  const sh = (command: string) => run('sh', ['-c', command], { cwd: root, env, maxBuffer: 10_000_000 });
  /** What a command that must succeed has said where it does not. */
  const fails = (command: string) =>
    sh(command).then(
      () => undefined,
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `${command}\n${stdout}\n${stderr}`,
    );

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'generated-'));
    const list = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: repository,
      maxBuffer: 10_000_000,
    });
    for (const path of list.stdout.split('\0').filter(Boolean)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await copyFile(join(repository, path), join(root, path)).catch(skipDeleted);
    }
    await sh('git init --quiet && npx pnpm install --prefer-offline --frozen-lockfile');
    for (const args of entities) await sh(`npx pnpm gen entity ${args.map((arg) => `'${arg}'`).join(' ')}`);
  }, 240_000);
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('have the format of the project, and lint finds nothing', async () => {
    expect(await fails('npx pnpm exec biome ci')).toBeUndefined();
  });

  it('have right types and can be built', async () => {
    expect(await fails('npx pnpm typecheck')).toBeUndefined();
    expect(await fails('npx pnpm build')).toBeUndefined();
  });

  it('pass their own tests, and those of the API, its clients and the doctor pass with them', async () => {
    const tests = [
      'packages/products packages/orders packages/order-items packages/generator',
      'apps/api/test/products apps/api/test/order apps/api/test/permissions apps/api/test/users apps/api/test/jwt apps/api/test/cost packages/doctor/test/findings',
    ];
    expect(await fails(`npx vitest run --project unit --project dynoxide ${tests.join(' ')}`)).toBeUndefined();
    const programs = 'packages/products packages/orders packages/order-items apps/client/test/examples';
    expect(await fails(`npx vitest run --config vitest.long.config.ts --project long ${programs}`)).toBeUndefined();
  });

  it('are named last by what is loaded already, when their package is linked: `pnpm dev` starts anew with each change', async () => {
    const { ctimeMs: linked } = await lstat(join(root, 'apps/api/node_modules/@aws-starter-kit/order-items'));
    for (const file of ['services.ts', 'router.ts']) {
      expect((await lstat(join(root, 'apps/api/src', file))).mtimeMs, file).toBeGreaterThan(linked);
    }
  });

  it('leave the lockfile as an installation in CI wants it', async () => {
    expect(await fails('npx pnpm install --offline --frozen-lockfile')).toBeUndefined();
  });

  it('have files as long as those written by hand', async () => {
    for (const folder of ['packages/products/src', 'packages/orders/src', 'packages/order-items/src', 'apps/api/src']) {
      for (const file of await readdir(join(root, folder))) {
        const lines = (await readFile(join(root, folder, file), 'utf8')).split('\n').length;
        expect(lines, file).toBeLessThan(250);
      }
    }
  });
});

/** A file that was deleted and not yet committed so is listed, and not there. */
function skipDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
