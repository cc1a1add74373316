import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
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

describe.concurrent('table', () => {
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
});
