import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { FaultRule } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, test } from 'vitest';
import { faultTable } from './fault-table.js';

const { tableName, underFaults } = await faultTable();
const put = new PutCommand({ TableName: tableName, Item: { id: 'x' } });
const get = new GetCommand({ TableName: tableName, Key: { id: 'x' } });
const rules: FaultRule[] = [
  { fault: 'latency', ms: [0, 2], rate: 0.2 },
  { fault: 'throttle', rate: 0.1 },
  { fault: 'lost-reply', operation: 'PutItem', rate: 0.1 },
  { fault: 'reset', rate: 0.1 },
];

describe('a seed', () => {
  const run = async (seed: number, send: 'in turn' | 'at once') => {
    const { client, faults } = underFaults({ seed, rules });
    const commands = Array.from(
      { length: 60 },
      (_, i) => () => (i % 2 ? client.send(put) : client.send(get)).catch(() => {}),
    );
    if (send === 'in turn') for (const command of commands) await command();
    else await Promise.all(commands.map((command) => command()));
    return (operation: string) =>
      faults.requests.filter((r) => r.operation === operation).map(({ fault, latencyMs }) => ({ fault, latencyMs }));
  };

  test('replays: each operation meets the same faults, however calls overlap', async () => {
    const inTurn = await run(7, 'in turn');
    const atOnce = await run(7, 'at once');
    const another = await run(8, 'in turn');
    for (const operation of ['PutItem', 'GetItem']) {
      expect(inTurn(operation).some(({ fault }) => fault)).toBe(true);
      expect(atOnce(operation)).toEqual(inTurn(operation));
      expect(another(operation)).not.toEqual(inTurn(operation));
    }
  });
});

describe('the handler', () => {
  test('records requests only if asked to, and no more than asked for', async () => {
    const { client, faults } = underFaults({ rules: [], record: false });
    await client.send(put);
    expect(faults.requests).toEqual([]);
    expect(faults.counts).toEqual({ PutItem: 1 });
    const bounded = underFaults({ rules: [], record: 2 });
    await bounded.client.send(get);
    await bounded.client.send(put);
    await bounded.client.send(put);
    expect(bounded.faults.requests).toMatchObject([
      { operation: 'PutItem', body: { TableName: tableName, Item: { id: { S: 'x' } } }, status: 200, latencyMs: 0 },
      { operation: 'PutItem' },
    ]);
  });

  test('accepts other rules while it runs', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'refused' }] });
    await expect(client.send(put)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    faults.setRules([]);
    await client.send(put);
    faults.setRules([{ fault: 'refused', operation: ['GetItem', 'Query'] }]);
    await client.send(put);
    await expect(client.send(get)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('wraps another handler', async () => {
    const inner = underFaults({ rules: [{ fault: 'throttle', times: 1 }] }).faults;
    const { client, faults } = underFaults({ rules: [], handler: inner });
    await expect(client.send(put)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await client.send(put);
    expect(faults.counts).toEqual(inner.counts);
  });
});
