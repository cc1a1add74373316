import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import '../provided-context.js';
import { blocksOf, root } from './blocks.js';
import { commands, type Documented } from './commands.js';

const endpoint = inject('endpoint');
const tableName = `docs-${randomUUID()}`;
const script = join(root, 'my-script.js');
const pnpm = dirname(
  execFileSync('npx', ['--package', 'pnpm', '-c', 'command -v pnpm'], { cwd: root, encoding: 'utf8' }),
);

beforeAll(async () => {
  mkdirSync(join(root, '.local'), { recursive: true });
  await ensureTable({ endpoint, tableName });
  writeFileSync(script, 'console.log(process.env.AWS_ENDPOINT_URL);\n');
  execFileSync('npx', ['pnpm', 'build'], { cwd: root });
});
afterAll(() => rmSync(script, { force: true }));

/** What this process has from vitest and pnpm would change what they do. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|npm_|INIT_CWD|FORCE_COLOR)/.test(name)),
);

type Run = Exclude<Documented, { by: string }>;

/** Runs a line as a person types it, in a group of its own, which Ctrl-C ends as in a terminal. */
async function type(line: string, { folder = '', env = {}, until }: Run) {
  const child = spawn('sh', ['-c', line], {
    cwd: join(root, folder),
    detached: true,
    env: {
      ...inherited,
      PATH: `${pnpm}:${process.env.PATH}`,
      ...{ PORT: '0', NO_COLOR: '1', DYNAMODB_TABLE: tableName, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint },
      ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let isStopped = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (isStopped || !until?.test(output) || child.pid === undefined) return;
      isStopped = true;
      process.kill(-child.pid, 'SIGINT');
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, output, isStopped };
}

const rows = Object.entries(commands).flatMap(([line, how]) => ('by' in how ? [] : [[line, how] as const]));

it.each(rows)('%s', async (line, how) => {
  if (how.after !== undefined) expect(await type(how.after, {})).toMatchObject({ exitCode: 0 });
  const { exitCode, output, isStopped } = await type([line, how.less].filter(Boolean).join(' '), how);
  if (how.until === undefined) expect({ exitCode, output }).toEqual({ exitCode: 0, output });
  else expect({ isStopped, output }).toEqual({ isStopped: true, output });
  expect(output).not.toMatch(/\n\s+at .*:\d+:\d+/);
  if (how.says) expect(output).toMatch(how.says);
  if (how.shownIn) expect(output).toContain(blocksOf(how.shownIn).find(({ info }) => info === 'text')?.text);
});
