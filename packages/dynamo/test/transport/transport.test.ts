import { afterEach, describe, expect, it } from 'vitest';
import { leanTransport } from '../../src/transport/lean/lean-transport.js';
import { serviceOf } from '../../src/transport/lean/sdk.js';
import { clientOf, credentials, newAttempt, serve, stopServers, tableName, transports } from './both-transports.js';

afterEach(stopServers);

describe.each(transports)('%s', (_, make) => {
  it('sends the same bytes at each attempt, whatever the caller changes after the request was made', async () => {
    const server = await serve(() => ({}));
    const client = clientOf(server.endpoint);
    const list = ['a'];
    const map = { inner: { deep: 1 } };
    const set = new Set(['x']);
    const bytes = new Uint8Array([1, 2]);
    const entries = new Map([['k', ['v']]]);
    const send = make(client)('TransactWriteItems', {
      TransactItems: [{ Put: { TableName: tableName, Item: { id: 'a', list, map, set, bytes, entries } } }],
      ClientRequestToken: 'token',
    });
    await send(newAttempt());
    list.push('b');
    map.inner.deep = 2;
    set.add('y');
    bytes[0] = 9;
    entries.get('k')?.push('w');
    await send(newAttempt());
    const [first, second] = server.seen.map(({ body }) => body);
    expect(second).toBe(first);
    expect(JSON.parse(first ?? '').TransactItems[0].Put.Item).toEqual({
      id: { S: 'a' },
      list: { L: [{ S: 'a' }] },
      map: { M: { inner: { M: { deep: { N: '1' } } } } },
      set: { SS: ['x'] },
      bytes: { B: 'AQI=' },
      entries: { M: { k: { L: [{ S: 'v' }] } } },
    });
  });

  it('sends what the caller passed, though the caller changes it before the first attempt', async () => {
    const server = await serve(() => ({}));
    const client = clientOf(server.endpoint);
    const tags = ['a'];
    const send = make(client)('PutItem', { TableName: tableName, Item: { id: 'a', tags } });
    tags.push('later');
    await send(newAttempt());
    expect(JSON.parse(server.seen[0]?.body ?? '').Item.tags).toEqual({ L: [{ S: 'a' }] });
  });

  it('marks an attempt as sent once the request can reach the network, and not while credentials are resolved', async () => {
    const server = await serve(() => ({}));
    let give: (value: typeof credentials) => void = () => {};
    let ask: () => void = () => {};
    const isAsked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const client = clientOf(server.endpoint, {
      credentials: () => {
        ask();
        return new Promise((resolve) => {
          give = resolve;
        });
      },
    });
    const attempt = newAttempt();
    const answer = make(client)('PutItem', { TableName: tableName, Item: { id: 'a' } })(attempt);
    await isAsked;
    expect(attempt.isSent).toBe(false);
    give(credentials);
    await answer;
    expect(attempt.isSent).toBe(true);
  });

  it('does not mark an attempt as sent if the provider of credentials fails', async () => {
    const client = clientOf('http://127.0.0.1:9', {
      credentials: () => Promise.reject(new Error('no credentials yet')),
    });
    const attempt = newAttempt();
    const answer = make(client)('PutItem', { TableName: tableName, Item: { id: 'a' } })(attempt);
    await expect(answer).rejects.toThrow('no credentials yet');
    expect(attempt.isSent).toBe(false);
  });
});

it('the lean transport rejects a value that cannot be stored when the request is made', () => {
  const transport = leanTransport(serviceOf(clientOf('http://127.0.0.1:9'), tableName));
  expect(() => transport('PutItem', { TableName: tableName, Item: { id: 'a', at: new Date(0) } })).toThrow(
    'Unsupported type passed',
  );
});
