import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository } from '../../../test/copy-repository.js';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Without the variables of pnpm and vitest: they would tie the copy to this repository, or its tests to this run. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_(registry|cache|userconfig))|INIT_CWD|VITEST|NODE_)/i.test(name),
  ),
);
/** Shares the cache of Turborepo, so that unchanged packages are not built again. */
const env = { ...inherited, TURBO_CACHE_DIR: join(repository, '.turbo/cache') };

/** What is left to `FULL=true`: tests that the entities touch less. */
const ifInFull = (tests: string) => (process.env.FULL === 'true' ? [tests] : []);

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const entities = [
  [
    'product',
    '--fields',
    'name:string price:number sku:string:unique category:string:index tags:set sizes:list? labels:map since:date?',
    ...['--index', 'category,price'],
  ],
  [
    'order',
    '--fields',
    'status:enum(open,paid) customer:string note:text? dueAt:datetime isGift:boolean rank:integer?',
    ...['--index', 'status,updatedAt desc', '--index', 'customer,rank,dueAt desc', '--index', 'isGift,customer'],
  ],
  [
    'orderItem',
    '--belongs-to',
    'order',
    '--check',
    '--fields',
    'code:string?:unique serial:integer:unique quantity:integer weight:number?',
    ...['--index', 'orderId,serial'],
  ],
  [
    'ticket',
    ...['--within', 'organisation', '--fields'],
    'title:string status:enum(open,closed):index code:string?:unique serial:integer:unique labels:set',
    ...['--index', 'status,updatedAt desc'],
  ],
];

/** The repository may have entities of these names already, for example from the tutorial. */
const areTaken = entities.some(([name]) => existsSync(join(repository, `packages/${kebab(String(name))}s`)));

describe.skipIf(areTaken)(
  'four entities, of which one belongs to another and one to organisations, in a copy of this repository',
  () => {
    let root: string;
    const sh = (command: string) => run('sh', ['-c', command], { cwd: root, env, maxBuffer: 10_000_000 });
    /** Returns the output of a command if it fails. */
    const failureOf = (command: string) =>
      sh(command).then(
        () => undefined,
        ({ stdout, stderr }: { stdout: string; stderr: string }) => `${command}\n${stdout}\n${stderr}`,
      );

    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), 'generated-'));
      copyRepository(root);
      await sh('git init --quiet && npx pnpm install --prefer-offline --frozen-lockfile');
      for (const args of entities) await sh(`npx pnpm gen entity ${args.map((arg) => `'${arg}'`).join(' ')}`);
    }, 240_000);
    afterAll(() => rm(root, { recursive: true, force: true }));

    it('are formatted, and pass the linter', async () => {
      expect(await failureOf('npx pnpm exec biome ci')).toBeUndefined();
    });

    it('type-check and build', async () => {
      expect(await failureOf('npx pnpm typecheck')).toBeUndefined();
      const ours = entities.map(([name]) => `--filter=./packages/${kebab(String(name))}s`);
      expect(await failureOf(`npx turbo run build ${ours.join(' ')} --filter=@aws-starter-kit/api`)).toBeUndefined();
    });

    it('pass their tests, and those of the API, its clients and the doctor', async () => {
      const tests = [
        'packages/products packages/orders packages/order-items packages/tickets',
        'apps/api/test/auth/permissions apps/api/test/trpc/access apps/api/test/console/description packages/mcp/test/procedure-tools',
        ...ifInFull(
          'packages/generator apps/api/test/trpc apps/api/test/auth apps/api/test/cost packages/doctor/test/findings',
        ),
      ];
      expect(await failureOf(`npx vitest run --project unit --project dynoxide ${tests.join(' ')}`)).toBeUndefined();
      const programs =
        'packages/products packages/orders packages/order-items packages/tickets apps/client/test/examples';
      expect(
        await failureOf(`npx vitest run --config vitest.long.config.ts --project long ${programs}`),
      ).toBeUndefined();
    });

    it('are registered in loaded files after their packages are linked, because `pnpm dev` restarts at each change', async () => {
      const { ctimeMs: linked } = await lstat(join(root, 'apps/api/node_modules/@aws-starter-kit/order-items'));
      for (const file of ['services.ts', 'trpc/router.ts']) {
        expect((await lstat(join(root, 'apps/api/src', file))).mtimeMs, file).toBeGreaterThan(linked);
      }
    });

    it('leave a lockfile that a frozen installation accepts', async () => {
      expect(await failureOf('npx pnpm install --offline --frozen-lockfile')).toBeUndefined();
    });

    it('have files of at most 250 lines', async () => {
      for (const folder of [
        ...['packages/products/src', 'packages/orders/src', 'packages/order-items/src', 'packages/tickets/src'],
        'apps/api/src',
      ]) {
        const files = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
        for (const file of files.filter((entry) => entry.isFile())) {
          const lines = (await readFile(join(file.parentPath, file.name), 'utf8')).split('\n').length;
          expect(lines, file.name).toBeLessThan(250);
        }
      }
    });
  },
);
