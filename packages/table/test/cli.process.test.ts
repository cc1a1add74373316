import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoClient, tableDefinition } from '@aws-starter-kit/dynamo';
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';

const endpoint = inject('endpoint');
const client = createDynamoClient({ endpoint: endpoint || 'http://127.0.0.1:1', region: 'us-east-1' });
afterAll(() => client.destroy());

const table = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('packages/table/src/cli.ts', {
    args,
    env: { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', DYNAMODB_TABLE: undefined, ...env },
  });
const newName = () => `table-${randomUUID()}`;
const readMark = async (TableName: string) =>
  (await client.send(new GetCommand({ TableName, Key: { id: 'UNIQUE#' }, ConsistentRead: true }))).Item;

describe.concurrent('table', { timeout: 60_000 }, () => {
  beforeEach(({ skip }) => skip(!endpoint, inject('engineMissing')));

  it('creates the table with its mark, once', async () => {
    const name = newName();
    const first = await table(['create', '--table', name]);
    expect(first).toEqual({ exitCode: 0, stdout: `Table ${name} is created at ${endpoint}.\n`, stderr: '' });
    expect(await readMark(name)).toEqual({ id: 'UNIQUE#' });

    const second = await table(['create'], { DYNAMODB_TABLE: name });
    expect(second).toEqual({ exitCode: 0, stdout: `Table ${name} exists already at ${endpoint}.\n`, stderr: '' });
    const third = await table(['mark', '--table', name]);
    expect(third).toEqual({ exitCode: 0, stdout: `Table ${name} at ${endpoint} was marked already.\n`, stderr: '' });
  });

  it('has what has expired deleted, by one attribute', async () => {
    const name = newName();
    await client.send(new CreateTableCommand(tableDefinition(name)));
    const first = await table(['ttl', 'expiresAt', '--table', name]);
    expect(first).toEqual({
      exitCode: 0,
      stdout: `Items of table ${name} at ${endpoint} expire by expiresAt.\n`,
      stderr: '',
    });
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt' });
    expect((await table(['ttl', 'expiresAt', '--table', name])).stdout).toMatch(/expire by expiresAt already/);
    const other = await table(['ttl', 'until', '--table', name]);
    expect(other).toMatchObject({ exitCode: 1, stdout: '' });
    expect(other.stderr).toMatch(/^.*expires its items by expiresAt already.*\n$/);
  });

  it('marks an empty table that was made from the printed definition', async () => {
    const name = newName();
    const printed = JSON.parse((await table(['print', '--table', name])).stdout);
    await client.send(new CreateTableCommand(printed));
    expect(await table(['mark', '--table', name])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readMark(name)).toEqual({ id: 'UNIQUE#' });
  });

  it('refuses to mark a table that holds items, and says what to do', async () => {
    const name = newName();
    await client.send(new CreateTableCommand(tableDefinition(name)));
    await client.send(new PutCommand({ TableName: name, Item: { id: 'USER#1', email: 'old@example.com' } }));
    const { exitCode, stdout, stderr } = await table(['mark', '--table', name]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Table ${name} is not empty, .* run "pnpm db:doctor --fix".*\n$`));
    expect(await readMark(name)).toBeUndefined();
  });

  it('says in one line that there is no such table', async () => {
    const { exitCode, stdout, stderr } = await table(['mark', '--table', 'not-there']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^Table not-there does not exist at http.*: make it with "pnpm table create".*\n$/);
  });
});
