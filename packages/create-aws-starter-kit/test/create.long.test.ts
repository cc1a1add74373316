import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blocksOf, commandsIn } from '../../../test/docs/blocks.js';
import { start, type } from '../../../test/docs/terminal.js';
import { pretending } from '../../../test/newcomers/old-node.js';
import { createFrom, packCreate } from './packed-create.js';

/** Git has this author, and no configuration of the user. */
const author = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com' };
const env = {
  ...author,
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

let folder: string;
let tarball: string;
/** The unpacked package, which is faster than the `npm exec` of the first test. */
let unpacked: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-'));
  mkdirSync(join(folder, 'tarballs'));
  tarball = packCreate(join(folder, 'tarballs'));
  execFileSync('tar', ['-xzf', tarball, '-C', join(folder, 'tarballs')]);
  unpacked = join(folder, 'tarballs/package');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const create = (rest: string, more: Record<string, string> = {}) =>
  type(`node ${unpacked}/bin/create-aws-starter-kit.js ${rest}`, { folder, env: { ...env, ...more } });
const git = (project: string, ...args: string[]) =>
  execFileSync('git', args, { cwd: join(folder, project), encoding: 'utf8', env: { ...process.env, ...env } }).trim();

async function done(line: string, project: string): Promise<string> {
  const { exitCode, output } = await type(line, { folder: join(folder, project), env });
  expect({ line, exitCode, output }).toEqual({ line, exitCode: 0, output });
  return output;
}

it('creates a project that answers a typed call, type-checks and passes its tests', async () => {
  const [readme] = blocksOf('packages/create-aws-starter-kit/README.md').flatMap(commandsIn);
  expect(readme).toBe('npm create aws-starter-kit@latest my-app -- --scope @acme --dev --yes');
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
  const run = start(createFrom(tarball, 'my-app --scope @acme --dev --yes'), { folder, env: { ...env, PORT: '0' } });
  const times: string[] = [];
  const passed = (text: string, what: string) => {
    if (run.output.text.includes(text) && !times.some((time) => time.startsWith(what))) {
      times.push(`${what} ${seconds()} s`);
    }
  };
  run.output.on = () => {
    passed('Installing its dependencies', 'files and commit');
    passed('Starting it', 'installed');
    passed('users.create', 'first typed call');
  };
  await expect.poll(() => run.output.text, { timeout: 240_000 }).toContain('All went as expected');
  run.interrupt();
  await run.ended;
  process.stdout.write(`From the empty folder: ${times.join(', ')}\n`);
  expect(times).toHaveLength(3);

  expect(git('my-app', 'log', '--format=%s')).toMatch(
    /^Format for the names.*\nStart from aws-starter-kit \d+\.\d+\.\d+$/,
  );
  expect(git('my-app', 'status', '--porcelain')).toBe('');
  expect(git('my-app', 'rev-parse', 'template')).toBe(git('my-app', 'rev-parse', 'HEAD~1'));
  expect(readFileSync(join(folder, 'my-app/README.md'), 'utf8')).toMatch(/^# my-app\n/);
  expect(JSON.parse(readFileSync(join(folder, 'my-app/package.json'), 'utf8'))).toMatchObject({ name: 'my-app' });
  const named = await type('git grep -l @aws-starter-kit', { folder: join(folder, 'my-app'), env });
  expect(named).toMatchObject({ exitCode: 1, output: '' });

  await done('npx pnpm install --frozen-lockfile --offline', 'my-app');
  await done('npx pnpm exec biome ci', 'my-app');
  // the parts of `pnpm typecheck` and `pnpm test` that depend on names, documents and omitted files
  await done('npx pnpm exec tsc -p apps/client && npx pnpm exec tsc -p test', 'my-app');
  await done('npx pnpm exec vitest run --project unit packages/users test/docs test/structure', 'my-app');
  await done('npx pnpm exec vitest run --project dynoxide packages/users/', 'my-app');
});

it('merges a later version, as docs/upgrading.md says', async () => {
  const [block] = blocksOf('docs/upgrading.md');
  const commands = block ? commandsIn(block) : [];
  expect(commands).toHaveLength(7);
  await create('shop --scope @shop --no-install --yes');
  writeFileSync(join(folder, 'shop/docs/our-own.md'), '# Ours\n');
  const gitignore = join(folder, 'shop/.gitignore');
  writeFileSync(gitignore, `${readFileSync(gitignore, 'utf8')}ours/\n`);
  git('shop', 'add', '--all');
  git('shop', 'commit', '--quiet', '--message', 'Our own');

  const later = join(folder, 'later');
  cpSync(unpacked, later, { recursive: true });
  const design = join(later, 'dist/template/docs/design.md');
  writeFileSync(design, readFileSync(design, 'utf8').replace(/^# .*$/m, '# The design, as a later version has it'));
  rmSync(join(later, 'dist/template/docs/first-run.svg'));

  for (const command of commands.filter((line) => !line.includes('pnpm install'))) {
    const line = command
      .replace('npm create aws-starter-kit@latest . --', `node ${later}/bin/create-aws-starter-kit.js .`)
      .replace('my-app --scope @acme', 'shop --scope @shop');
    await done(line, 'shop');
  }
  expect(readFileSync(join(folder, 'shop/docs/design.md'), 'utf8')).toContain('as a later version has it');
  expect(existsSync(join(folder, 'shop/docs/first-run.svg'))).toBe(false);
  expect(existsSync(join(folder, 'shop/docs/our-own.md'))).toBe(true);
  expect(readFileSync(gitignore, 'utf8')).toContain('ours/');
  expect(existsSync(join(folder, 'upgrade'))).toBe(false);
});

it.each([
  ['a folder with files', 'full --yes', /full is not empty: it has a\.txt/],
  ['a name that npm does not accept', 'MyApp --yes', /name is "MyApp".*lower-case/],
  ['a scope without @', 'new --scope acme --yes', /must be @/],
  ['no folder, without a terminal to ask in', '', /A folder is missing/],
  ['a Node that is too old', 'new --yes', /This needs Node 20\.19 or later/],
])('refuses %s, without a trace', async (what, rest, message) => {
  mkdirSync(join(folder, 'full'), { recursive: true });
  writeFileSync(join(folder, 'full/a.txt'), '');
  const before = [readdirSync(folder), readdirSync(join(folder, 'full'))];
  const old: Record<string, string> = what.includes('too old') ? { NODE_OPTIONS: pretending('20.11.1') } : {};
  const { exitCode, output } = await create(rest, old);
  expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringMatching(message) });
  expect(output).not.toMatch(/\n\s+at /);
  expect([readdirSync(folder), readdirSync(join(folder, 'full'))]).toEqual(before);
});

it('keeps the project if the registry cannot be reached, and says how to continue', async () => {
  const offline = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };
  const { exitCode, output } = await create('offline --yes', { ...offline, npm_config_cache: join(folder, 'cache') });
  expect({ exitCode, output }).toEqual({
    exitCode: 1,
    output: expect.stringContaining('dependencies are not installed'),
  });
  expect(output).toContain('cd offline && npx pnpm install');
  expect(git('offline', 'log', '--format=%s')).toMatch(/^Start from aws-starter-kit/);
});

it('commits as the starter kit if git has no author, and writes nothing without git', async () => {
  const anonymous = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.useConfigOnly', GIT_CONFIG_VALUE_0: 'true' };
  const bin = `${unpacked}/bin/create-aws-starter-kit.js`;
  const nobody = await type(`node ${bin} nobody --yes --no-install`, {
    folder,
    env: { GIT_CONFIG_GLOBAL: '/dev/null', ...anonymous },
  });
  expect(nobody).toMatchObject({ exitCode: 0, output: expect.not.stringContaining('not committed') });
  expect(git('nobody', 'log', '--format=%an: %s', 'template')).toMatch(/^aws-starter-kit: Start from aws-starter-kit/);
  const noGit = await type(`PATH= ${process.execPath} ${bin} without-git --yes --no-install`, { folder, env });
  expect(noGit).toMatchObject({ exitCode: 1, output: expect.stringContaining('git was not found') });
  expect(existsSync(join(folder, 'without-git'))).toBe(false);
});
