import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connect } from '../../src/connection/connection.js';
import { createDynamoClient } from '../../src/index.js';
import { leanTransport } from '../../src/transport/lean/lean-transport.js';

vi.mock('../../src/transport/lean/lean-transport.js', { spy: true });
beforeEach(() => {
  const all = [
    'DYNAMO_TRANSPORT',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'GLOBAL_AGENT_HTTP_PROXY',
    'NODE_USE_ENV_PROXY',
  ];
  for (const name of all.flatMap((variable) => [variable, variable.toLowerCase()])) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.mocked(leanTransport).mockClear();
});

const local = { endpoint: 'http://127.0.0.1:8000', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const isLean = (client: ReturnType<typeof createDynamoClient>) => {
  connect({ client, tableName: 'users' });
  return vi.mocked(leanTransport).mock.calls.length > 0;
};

it('is the lean transport for a client of createDynamoClient', () => {
  expect(isLean(createDynamoClient(local))).toBe(true);
});

it.each([
  ['a request handler', { requestHandler: new NodeHttpHandler() }],
  ['FIPS', { endpoint: undefined, useFipsEndpoint: true }],
  ['dual stack', { endpoint: undefined, useDualstackEndpoint: true }],
  ['a logger', { logger: console }],
])('is the SDK transport for a client with %s', (_, options) => {
  expect(isLean(createDynamoClient({ ...local, ...options } as never))).toBe(false);
});

it('is the SDK transport for a client with middleware of the caller', () => {
  const client = createDynamoClient(local);
  client.middlewareStack.add((next) => next, { step: 'build', name: 'tracing' });
  expect(isLean(client)).toBe(false);
});

it.each([
  ['DYNAMO_TRANSPORT', 'sdk'],
  ['HTTPS_PROXY', 'http://proxy:3128'],
  ['http_proxy', 'http://proxy:3128'],
  ['NODE_USE_ENV_PROXY', '1'],
])('is the SDK transport where %s is set', (name, value) => {
  vi.stubEnv(name, value);
  expect(isLean(createDynamoClient(local))).toBe(false);
});
