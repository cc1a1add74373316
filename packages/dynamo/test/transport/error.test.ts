import { afterEach, describe, expect, it } from 'vitest';
import { classifyFailure } from '../../src/call/classify-failure.js';
import { createDynamoClient } from '../../src/index.js';
import { leanTransport } from '../../src/transport/lean/lean-transport.js';
import { serviceOf } from '../../src/transport/lean/sdk.js';
import type { Transport } from '../../src/transport/transport.js';
import { type Answer, scriptedServer } from '../scripted-server.js';
import {
  clientOf,
  credentials,
  errorOf,
  get,
  newAttempt,
  serve,
  stopServers,
  tableName,
  transports,
} from './both-transports.js';

afterEach(stopServers);

describe('an error', () => {
  const type = 'com.amazonaws.dynamodb.v20120810#';
  const TransactItems = [
    { Put: { TableName: tableName, Item: { id: 'a' } } },
    { Put: { TableName: tableName, Item: { id: 'b' } } },
  ];
  const answers: [string, Answer, ((transport: Transport) => Promise<object>)?][] = [
    [
      'a failed condition with the item',
      {
        status: 400,
        body: `{"__type":"${type}ConditionalCheckFailedException","Message":"no","Item":{"id":{"S":"a"},"b":{"B":"AQI="},"l":{"L":[{"BS":["AQ=="]}]}}}`,
      },
    ],
    [
      'a cancelled transaction',
      {
        status: 400,
        body: `{"__type":"${type}TransactionCanceledException","Message":"no","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"m","Item":{"id":{"S":"b"},"b":{"B":"AQI="}}}]}`,
      },
      (transport) => transport('TransactWriteItems', { TransactItems })(newAttempt()),
    ],
    [
      'throttling',
      { status: 400, body: `{"__type":"${type}ProvisionedThroughputExceededException","message":"slow"}` },
    ],
    [
      'throttling with reasons',
      {
        status: 400,
        body: `{"__type":"${type}ThrottlingException","message":"slow","throttlingReasons":[{"reason":"r","resource":"arn"}]}`,
      },
    ],
    ['an unknown error', { status: 400, body: '{"__type":"Odd","message":"m","extra":{"a":[1]}}' }],
    [
      'an error by header',
      { status: 400, headers: { 'x-amzn-errortype': 'AccessDeniedException:http://x' }, body: '{"Message":"m"}' },
    ],
    ['an error without a type', { status: 400, body: '{}' }],
    ['no body', { status: 400, body: '' }],
    ['an internal error', { status: 500, body: `{"__type":"${type}InternalServerError","message":"m"}` }],
    ['503 without a body', { status: 503, body: '' }],
    ['503 of a balancer', { status: 503, body: '<html>Service Unavailable</html>' }],
    ['403 of a proxy', { status: 403, body: 'Forbidden' }],
    ['429 of a proxy', { status: 429, body: 'slow down' }],
    ['a redirect', { status: 307, headers: { location: '/' }, body: '' }],
    ['an answer cut short', { body: '{"Item":{"id":{"S"' }],
    ['an answer that is not JSON', { body: '<html>Welcome</html>' }],
  ];
  it.each(answers)('is the same by both transports: %s', async (_, answer, send = get) => {
    const server = await serve(() => answer);
    const client = clientOf(server.endpoint);
    const [theirs, ours] = await Promise.all(transports.map(([, make]) => errorOf(send(make(client)))));
    expect(ours).toBeInstanceOf(Error);
    expect(classifyFailure(ours)).toBe(classifyFailure(theirs));
    const fieldsOf = (error: unknown) => {
      const { name, message, $metadata, stack: _, ...fields } = error as Error & { $metadata?: object };
      return { name, message: message.split('\n')[0], $metadata, kind: (error as Error).constructor.name, fields };
    };
    expect(fieldsOf(ours)).toEqual(fieldsOf(theirs));
  });

  const broken: [string, Answer][] = [
    ['before the length in the headers', { headers: { 'content-length': '100' }, body: '{"Item":', cut: true }],
    ['in the middle of a chunked body', { body: '{"Item":{"id":{"S":"a"}}}', cut: true }],
  ];
  it.each(broken)('is ambiguous if the connection breaks %s', async (_, answer) => {
    const server = await serve(() => answer);
    const client = clientOf(server.endpoint);
    for (const [, make] of transports) expect(classifyFailure(await errorOf(get(make(client))))).toBe('ambiguous');
  });

  it('is unreachable if nothing listens', async () => {
    const server = await scriptedServer(() => ({}));
    await server.stop();
    const client = clientOf(server.endpoint);
    for (const [, make] of transports) expect(classifyFailure(await errorOf(get(make(client))))).toBe('unreachable');
  });

  it('of the provider of credentials is passed on, and the provider is asked again', async () => {
    const server = await serve(() => ({}));
    let asked = 0;
    const client = createDynamoClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: async () => {
        if (++asked === 1) throw new Error('no credentials yet');
        return credentials;
      },
    });
    const transport = leanTransport(serviceOf(client, tableName));
    await expect(get(transport)).rejects.toThrow('no credentials yet');
    await expect(get(transport)).resolves.toEqual({});
  });
});
