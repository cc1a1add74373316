import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import '../provided-context.js';
import { blocksOf, root } from './blocks.js';
import { commands, type Documented } from './commands.js';
import { type } from './terminal.js';

const endpoint = inject('endpoint');
const tableName = `docs-${randomUUID()}`;
const script = join(root, 'my-script.js');

beforeAll(async () => {
  mkdirSync(join(root, '.local'), { recursive: true });
  await ensureTable({ endpoint, tableName });
  writeFileSync(script, 'console.log(process.env.AWS_ENDPOINT_URL);\n');
});
afterAll(() => rmSync(script, { force: true }));

type Run = Exclude<Documented, { by: string }>;
const run = (line: string, { folder = '', env = {}, until }: Run) =>
  type(line, {
    folder: join(root, folder),
    env: {
      ...{ PORT: '0', DYNAMODB_TABLE: tableName, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint },
      ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      ...env,
    },
    until,
  });

const rows = Object.entries(commands).flatMap(([line, how]) => ('by' in how ? [] : [[line, how] as const]));

it.each(rows)('%s', async (line, how) => {
  if (how.after !== undefined) expect(await run(how.after, {})).toMatchObject({ exitCode: 0 });
  const { exitCode, output, isStopped } = await run([line, how.less].filter(Boolean).join(' '), how);
  if (how.until === undefined) expect({ exitCode, output }).toEqual({ exitCode: 0, output });
  else expect({ isStopped, output }).toEqual({ isStopped: true, output });
  expect(output).not.toMatch(/\n\s+at .*:\d+:\d+/);
  if (how.says) expect(output).toMatch(how.says);
  if (how.shownIn) expect(output).toContain(blocksOf(how.shownIn).find(({ info }) => info === 'text')?.text);
});
