import { afterEach, expect, it, vi } from 'vitest';
import { createDynamoClient, type DynamoClientOptions } from '../../src/index.js';
import { PlainModel } from '../models.js';
import { type RawRequest, rawServer } from './raw-server.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0)) await stop();
});

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const answer = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}';

/** Sends more reads at once than there may be sockets. Returns how many arrive before any is answered, and how many in all. */
async function arrivals(reads: number, bound: number, options: DynamoClientOptions) {
  const waiting: RawRequest[] = [];
  let isOpen = false;
  const reply = (request: RawRequest) => request.socket.write(answer);
  const server = await rawServer((request) => (isOpen ? reply(request) : waiting.push(request)));
  stops.push(server.stop);
  const client = createDynamoClient({ region: 'eu-west-1', endpoint: server.endpoint, credentials, ...options });
  const model = new PlainModel({ client, tableName: 'sockets' });
  const calls = Array.from({ length: reads }, (_, i) => model.getById(`${i}`, { deadlineMs: 60_000 }));
  await expect.poll(() => waiting.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(bound);
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  const atOnce = waiting.length;
  isOpen = true;
  for (const request of waiting) reply(request);
  expect(await Promise.all(calls)).toEqual(calls.map(() => null));
  return { atOnce, requests: server.requests, connections: server.connections };
}

it.each(['lean', 'sdk'])(
  'the %s transport opens at most `maxSockets` sockets, else DYNAMODB_MAX_SOCKETS',
  async (transport) => {
    vi.stubEnv('DYNAMO_TRANSPORT', transport);
    expect(await arrivals(10, 3, { maxSockets: 3 })).toEqual({ atOnce: 3, requests: 10, connections: 3 });
    vi.stubEnv('DYNAMODB_MAX_SOCKETS', '4');
    expect(await arrivals(10, 4, {})).toEqual({ atOnce: 4, requests: 10, connections: 4 });
  },
);
