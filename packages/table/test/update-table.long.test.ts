import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { afterAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import '../../../test/provided-context.js';
import { type RunOptions, runScript } from '../../../test/run-script.js';
import { NoteModel } from '../../dynamo/test/vector-models.js';

const engine = inject('endpoint');
const client = createDynamoClient({ endpoint: engine || 'http://127.0.0.1:1', region: 'us-east-1' });
afterAll(() => client.destroy());

const update = (
  tableName: string,
  args: string[],
  { endpoint = engine, ...options }: RunOptions & { endpoint?: string } = {},
) =>
  runScript('packages/table/src/cli.ts', {
    args: ['update', '--table', tableName, ...args],
    ...options,
    env: { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', DYNAMODB_INDEXES: undefined, ...options.env },
  });

async function newTable(indexes = 2): Promise<string> {
  const tableName = `table-${randomUUID()}`;
  await ensureTable({ client, tableName, indexes });
  return tableName;
}
const indexesOf = async (TableName: string) =>
  (await client.send(new DescribeTableCommand({ TableName }))).Table?.GlobalSecondaryIndexes?.length;

describe.concurrent('table update', () => {
  beforeEach(({ skip }) => skip(!engine, inject('engineMissing')));

  it('adds the indexes that DYNAMODB_INDEXES asks for, after it has shown the cost', async () => {
    const name = await newTable();
    const { exitCode, stdout, stderr } = await update(name, ['--yes'], { env: { DYNAMODB_INDEXES: '4' } });
    expect(stderr).toMatch(
      /^Table .*\nAdds GSI3 and GSI4\. .*\nCost: at most 2 write units.*\n.*GSI3 is ready\n.*GSI4 is ready\n$/s,
    );
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `Table ${name} at ${engine} has GSI1 to GSI4; new: GSI3 and GSI4. Next: deploy the models that use them, then run "pnpm db:doctor --fix".\n`,
    });
    const again = await update(name, ['--indexes', '4']);
    expect(again).toEqual({
      exitCode: 0,
      stdout: `Table ${name} at ${engine} has GSI1 to GSI4 already.\n`,
      stderr: '',
    });
  });

  it('adds a vector index to a table in use, which finds the items that were there once it is ready', async () => {
    const name = await newTable();
    const notes = new NoteModel({ client, tableName: name });
    const { id } = await notes.create({ orgId: 'a', topic: 't', title: 'x', embedding: [1, 2, 3] });
    const args = ['--indexes', '2', '--vectors', 'embedding:3:euclidean'];
    const { exitCode, stdout, stderr } = await update(name, [...args, '--yes']);
    expect(stderr).toMatch(/Adds embedding-euclidean\..*embedding-euclidean is being filled\n.*is ready\n$/s);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('GSI1 and GSI2, embedding-euclidean; new'),
    });
    const near = () => notes.search({ near: [1, 2, 3], filter: { orgId: 'a' } }).catch(() => []); // ready a moment after it says so
    await vi.waitFor(async () => expect(await near()).toMatchObject([{ entity: { id }, score: 0 }]), 60_000);
    expect(await update(name, args)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('already') });
  });

  it('changes nothing without --yes where nobody can be asked', async () => {
    const name = await newTable();
    const { exitCode, stdout, stderr } = await update(name, ['--indexes', '3']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /Cost: at most 1 write unit\..*\nNothing was changed: add --yes if that is the right table and cost\n$/,
    );
    expect(await indexesOf(name)).toBe(2);
  });

  it.each(['0', 'three'])('rejects --indexes %s in one line', async (number) => {
    const { exitCode, stderr } = await update('users', ['--indexes', number]);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `error: option '--indexes <n>' argument '${number}' is invalid. It may be a whole number from 1 to 20.\n`,
    );
  });

  it('can be interrupted while an index is being filled, and says what happens next', async () => {
    const name = await newTable(3);
    const filling = await startFillingProxy();
    let isKilled = false;
    const { exitCode, stdout, stderr } = await update(name, ['--indexes', '4', '--yes'], {
      endpoint: filling.endpoint,
      onOutput: (output, kill) => {
        if (!isKilled && output.includes('GSI3 is being filled')) {
          isKilled = true; // a second Ctrl-C would end the process at once
          kill('SIGINT');
        }
      },
    });
    filling.stop();
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    expect(stderr).toMatch(/Interrupted: DynamoDB goes on with .*; the same command adds the others\.\n$/);
    expect(await indexesOf(name)).toBe(3);
  });
});

/** Stands before the engine, which fills an index in no time: here GSI3 is being filled for ever. */
async function startFillingProxy() {
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const headers = new Headers({ ...request.headers } as Record<string, string>);
    for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
    const answer = await fetch(engine, { method: 'POST', headers, body });
    const content = JSON.parse(await answer.text());
    for (const index of content.Table?.GlobalSecondaryIndexes ?? []) {
      if (index.IndexName === 'GSI3') Object.assign(index, { IndexStatus: 'CREATING', Backfilling: true });
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(content));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, stop: () => server.close().closeAllConnections() };
}
