import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type PausedRequest, pausingHandler } from '@aws-starter-kit/dynamo-faults';
import { expect, test } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';

const { endpoint, region, tableName, client: honest } = await freshTable();
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A client whose requests are paused, and the first of them. */
function pausedClient() {
  const waiting: ((request: PausedRequest) => void)[] = [];
  const requestHandler = pausingHandler((request) => waiting.shift()?.(request));
  const dynamo = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1, requestHandler });
  const next = () => new Promise<PausedRequest>((resolve) => waiting.push(resolve));
  return { client: DynamoDBDocumentClient.from(dynamo), next };
}

const put = (id: string) => new PutCommand({ TableName: tableName, Item: { id } });
const isStored = async (id: string) =>
  (await honest.send(new GetCommand({ TableName: tableName, Key: { id }, ConsistentRead: true }))).Item !== undefined;

test('a request waits until it is answered', async () => {
  const { client, next } = pausedClient();
  const paused = next();
  const call = client.send(put('a'));
  const request = await paused;
  expect(request).toMatchObject({ operation: 'PutItem', body: { Item: { id: { S: 'a' } } } });
  expect(await isStored('a')).toBe(false);
  expect(await request.answer()).toEqual({ statusCode: 200, body: {} });
  expect(await call).toMatchObject({ $metadata: { httpStatusCode: 200 } });
  expect(await isStored('a')).toBe(true);
});

test('a rejection is an answer too', async () => {
  const { client, next } = pausedClient();
  const paused = next();
  const call = client.send(new PutCommand({ TableName: tableName, Item: { id: '' } }));
  const [answer, rejection] = await Promise.all([paused.then((one) => one.answer()), call.catch((error) => error)]);
  const type = expect.stringContaining('ValidationException'); // the engines spell its message in two ways
  expect(answer).toMatchObject({ statusCode: 400, body: { __type: type } });
  expect(rejection).toMatchObject({ name: 'ValidationException' });
});

test('a request is delivered after its attempt was reset, and twice', async () => {
  const { client, next } = pausedClient();
  const paused = next();
  const call = client.send(put('b'));
  const request = await paused;
  request.reset();
  await expect(call).rejects.toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' });
  expect(await isStored('b')).toBe(false);
  expect(await request.deliver()).toMatchObject({ statusCode: 200 });
  expect(await isStored('b')).toBe(true);
  expect(await request.deliver()).toMatchObject({ statusCode: 200 });
});

test('a request is delivered after its attempt was aborted', async () => {
  const { client, next } = pausedClient();
  const paused = next();
  const abort = new AbortController();
  const call = client.send(put('c'), { abortSignal: abort.signal });
  const request = await paused;
  abort.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  expect(await request.deliver()).toMatchObject({ statusCode: 200 });
  expect(await isStored('c')).toBe(true);
});
