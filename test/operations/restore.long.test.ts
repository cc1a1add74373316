import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { UserModel } from '@aws-starter-kit/users';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startApi } from '../../apps/api/test/api-process.js';
import { peopleTable } from '../../packages/users-cli/test/personal-data-table.js';
import { blocksOf, commandsIn, root } from '../docs/blocks.js';
import { type } from '../docs/terminal.js';
import { runScript } from '../run-script.js';

// Rehearses docs/operations/restore.md. A copy of the items replaces the restored table, which has neither a time to
// live nor a stream.

const blocks = blocksOf('docs/operations/restore.md');
const commands = blocks.flatMap(commandsIn).filter((command) => command.startsWith('pnpm '));
const [program = ''] = blocks.filter(({ info }) => info === 'ts').map(({ text }) => text);
const folder = 'test/.local/restore';

beforeAll(() => mkdirSync(join(root, folder), { recursive: true }));
afterAll(() => rmSync(join(root, folder), { recursive: true, force: true }));

it('the commands of the page prepare a restored copy, and the API serves it', async () => {
  const { users, items, restored, newPerson, tableName, patient } = await peopleTable();
  const ada = await newPerson('ada');
  const eve = await newPerson('eve');
  const backup = await items();
  // what happens between the time that is restored and the restore
  const late = await users.createUser({ email: 'late@example.com', name: 'Late' });
  await users.updateUser(eve.id, { name: 'Eve, changed since' });
  const record = `${folder}/erasures.ndjson`;
  const env = {
    ...{ AWS_ENDPOINT_URL: inject('endpoint'), AWS_REGION: 'us-east-1', LOG_LEVEL: 'ERROR' },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  };
  const erase = `pnpm users personal-data erase ${ada.id} --record ${record} --table ${tableName}`;
  expect(await type(erase, { folder: root, env })).toMatchObject({ exitCode: 0 });

  const copy = await restored(backup);
  expect(commands).toHaveLength(7);
  for (const command of commands) {
    const here = command
      .replace('users-restored', copy)
      .replace('.local/erasures.ndjson', record)
      .replace(' --aws', command.includes('table update') ? ' --yes' : ''); // on this machine
    const { exitCode, output } = await type(here, { folder: root, env });
    expect({ command, exitCode, output }).toEqual({ command, exitCode: 0, output });
  }
  const described = await patient.send(new DescribeTableCommand({ TableName: copy }));
  expect(described.Table?.StreamSpecification?.StreamEnabled).toBe(true);
  const ttl = await patient.send(new DescribeTimeToLiveCommand({ TableName: copy }));
  expect(ttl.TimeToLiveDescription?.AttributeName).toBe('expiresAt');

  const file = `${folder}/copy.ts`;
  writeFileSync(join(root, file), program);
  const copied = await runScript(file, { env, args: [tableName, copy, 'nobody', late.id, eve.id] });
  expect(copied.stdout).toMatch(new RegExp(`^1 copied\n${eve.id}: .*\nnobody: not in ${tableName}\n$`));
  const there = new UserModel({ client: patient, tableName: copy });
  expect(await there.getByUnique('email', 'late@example.com')).toMatchObject({ id: late.id, version: 1 });

  const fromSource = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', 'apps/api/src/main.ts'];
  const api = await startApi({ ...env, LOG_LEVEL: 'INFO', DYNAMODB_TABLE: copy, DRAIN_MS: '0' }, fromSource);
  const get = (id: string) =>
    fetch(`${api.url}/trpc/users.getById?input=${encodeURIComponent(JSON.stringify({ id }))}`, {
      headers: api.headers,
    });
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  expect((await get(late.id)).status).toBe(200);
  expect(await (await get(eve.id)).json()).toMatchObject({ result: { data: { name: eve.name } } });
  expect((await get(ada.id)).status).toBe(404);
  api.kill('SIGTERM');
  expect(await api.ended).toMatchObject({ code: 0 });
});
