import { CreateTableCommand, DeleteTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../../test/fresh-table.js';
import { sharedRateLimit } from '../../src/trpc/shared-rate-limit.js';
import { capturedLogger } from '../captured-logger.js';
import { lambdaApi } from '../lambda/lambda-api.js';
import { headersOf } from '../local-tokens.js';

beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Creates a table for rate limits as `docs/lambda.md` describes it, and returns a client that counts its requests. */
async function limitTable() {
  const database = faultyHandler({ rules: [], record: true });
  const { client, patient, tableName: beside } = await freshTable({ requestHandler: database });
  const TableName = `limits-${beside}`;
  await patient.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }) as never,
  );
  return { client, patient, tableName: TableName, database };
}

const itemsOf = async (patient: FreshTable['patient'], TableName: string) =>
  (await patient.send(new ScanCommand({ TableName }) as never)) as unknown as { Items: { key: { S: string } }[] };

async function twoFunctions(RATE_LIMIT_TABLE: string, perMinute: number) {
  const functions = [];
  for (let i = 0; i < 2; i++)
    functions.push(await lambdaApi({ RATE_LIMIT_TABLE, RATE_LIMIT_PER_MINUTE: String(perMinute) }));
  for (const { stop } of functions) stops.push(stop);
  return functions;
}

it('counts the calls of a caller across all function instances', async () => {
  const { tableName, patient } = await limitTable();
  const functions = await twoFunctions(tableName, 6);
  const headers = await headersOf({ sub: 'ada@example.com', scope: 'users:read' });
  const answers = [];
  for (let i = 0; i < 10; i++)
    answers.push(await functions[i % 2]?.invoke({ rawPath: '/trpc/users.getById', body: '{"id":"nobody"}', headers }));
  expect(answers.map((answer) => answer?.statusCode)).toEqual([...Array(6).fill(404), ...Array(4).fill(429)]);
  expect(Number(answers.at(-1)?.headers?.['retry-after'])).toBeGreaterThan(1);
  const { Items } = await itemsOf(patient, tableName);
  expect(JSON.stringify(Items)).not.toContain('ada');
});

it('counts in each instance separately if the table fails, and logs this once', async () => {
  const { tableName, patient } = await limitTable();
  const functions = await twoFunctions(tableName, 3);
  await patient.send(new DeleteTableCommand({ TableName: tableName }) as never);
  const headers = await headersOf({ sub: 'ada', scope: 'users:read' });
  for (const { invoke, lines } of functions) {
    const statuses = [];
    for (let i = 0; i < 5; i++)
      statuses.push((await invoke({ rawPath: '/trpc/users.getById', body: '{"id":"nobody"}', headers })).statusCode);
    expect(statuses).toEqual([404, 404, 404, 429, 429]);
    const warnings = lines.filter(({ level, message }) => level === 'WARN' && message.startsWith('The rate limit'));
    expect(warnings.map(({ message }) => message)).toEqual([
      `The rate limit cannot use ${tableName}: this process counts by itself`,
    ]);
  }
});

it('takes one write for the first count of a minute, two for each further one, and none beyond the limit', async () => {
  const { client, tableName, database } = await limitTable();
  const { logger } = capturedLogger();
  const limit = sharedRateLimit({ client, tableName, perMinute: 3, logger });
  const writes = [];
  for (let i = 0; i < 5; i++) {
    const before = database.counts.UpdateItem ?? 0;
    await limit.consume('ada').catch(() => {});
    writes.push((database.counts.UpdateItem ?? 0) - before);
  }
  expect(writes).toEqual([1, 2, 2, 0, 0]);
  expect(await limit.get('ada')).toMatchObject({ remainingPoints: 0 });
});

it('is settled when the points of earlier calls have been counted', async () => {
  const { client, patient, tableName } = await limitTable();
  const { logger } = capturedLogger();
  const limit = sharedRateLimit({ client, tableName, perMinute: 100, logger });
  for (let i = 0; i < 5; i++) limit.consume(`caller ${i}`, 7).catch(() => {}); // as a call is charged after its answer
  await limit.settled();
  expect((await itemsOf(patient, tableName)).Items).toHaveLength(5);
});
