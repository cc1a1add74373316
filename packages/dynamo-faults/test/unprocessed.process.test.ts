import { BatchGetCommand, BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { faultTable } from './fault-table.js';

const { tableName, honest, underFaults } = await faultTable();
const { tableName: otherTable } = await faultTable();
const ids = (prefix: string, length: number) => Array.from({ length }, (_, i) => `${prefix}-${i}`);
const write = (items: readonly string[]) =>
  new BatchWriteCommand({ RequestItems: { [tableName]: items.map((id) => ({ PutRequest: { Item: { id } } })) } });
const read = (items: readonly string[], extra: object = {}) =>
  new BatchGetCommand({ RequestItems: { [tableName]: { Keys: items.map((id) => ({ id })), ...extra } } });
const storedIds = async () =>
  ((await honest.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))).Items ?? []).map(
    ({ id }) => id,
  );
const idsOf = (items: readonly Record<string, unknown>[] = []) => items.map(({ id }) => String(id));

describe('unprocessed writes', () => {
  test('the engine receives only the rest, and each write is either stored or returned as unprocessed', async () => {
    const { client } = underFaults({ rules: [{ fault: 'unprocessed' }] });
    const shares = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const sent = ids(`write-${round}`, 10);
      const { UnprocessedItems = {} } = await client.send(write(sent));
      const back = idsOf(UnprocessedItems[tableName]?.map(({ PutRequest }) => PutRequest?.Item ?? {}));
      expect(back.length).toBeGreaterThan(0);
      shares.add(back.length);
      const stored = (await storedIds()).filter((id) => sent.includes(id));
      expect([...stored, ...back].sort()).toEqual([...sent].sort());
    }
    expect(shares, 'now and then the whole batch').toContain(10);
    expect(shares.size, 'mostly a part').toBeGreaterThan(2);
  });

  test('a rejection of the engine is passed on', async () => {
    const { client } = underFaults({ rules: [{ fault: 'unprocessed' }], seed: 3 });
    const bad = { PutRequest: { Item: { id: 5 } } };
    const attempts = Array.from({ length: 8 }, () =>
      client
        .send(new BatchWriteCommand({ RequestItems: { [tableName]: [bad, bad, bad] } }))
        .catch((error) => error.name),
    );
    expect(await Promise.all(attempts)).toContain('ValidationException');
  });
});

describe('unprocessed keys', () => {
  const stored = ids('read', 10);
  const asked = [...stored, ...ids('missing', 5)];

  test('each key is found, unprocessed or missing', async () => {
    await honest.send(write(stored));
    const { client } = underFaults({ rules: [{ fault: 'unprocessed' }] });
    const shares = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(read(asked, { ConsistentRead: true }));
      const found = idsOf(Responses[tableName]);
      const back = idsOf(UnprocessedKeys[tableName]?.Keys);
      expect(back.length).toBeGreaterThan(0);
      expect(UnprocessedKeys[tableName]?.ConsistentRead).toBe(true);
      expect(found.filter((id) => back.includes(id))).toEqual([]);
      expect([...found, ...back.filter((id) => stored.includes(id))].sort()).toEqual([...stored].sort());
      shares.add(back.length);
    }
    expect(shares).toContain(asked.length);
    expect(shares.size).toBeGreaterThan(2);
  });

  test('requests for the unprocessed keys find everything', async () => {
    await honest.send(write(stored));
    const { client } = underFaults({ rules: [{ fault: 'unprocessed', rate: 0.7 }] });
    const found: string[] = [];
    for (let request = read(asked), left = true; left; ) {
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(request);
      found.push(...idsOf(Responses[tableName]));
      left = Object.keys(UnprocessedKeys).length > 0;
      request = new BatchGetCommand({ RequestItems: UnprocessedKeys });
    }
    expect(found.sort()).toEqual([...stored].sort());
  });

  test('the keys of a table whose projection omits the key are all unprocessed, or none', async () => {
    const keys = stored.map((id) => ({ id }));
    const puts = keys.map(({ id }) => ({ PutRequest: { Item: { id, name: 'Ada' } } }));
    const hidden = { Keys: keys, ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'name' } };
    const single = { ...hidden, Keys: keys.slice(0, 1) };
    await honest.send(new BatchWriteCommand({ RequestItems: { [tableName]: puts } }));
    await honest.send(new BatchWriteCommand({ RequestItems: { [otherTable]: puts } }));
    const { client } = underFaults({ rules: [{ fault: 'unprocessed' }] });
    const outcomes = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: hidden, [otherTable]: single } }),
      );
      for (const [table, request] of Object.entries({ [tableName]: hidden, [otherTable]: single })) {
        const isBack = UnprocessedKeys[table] !== undefined;
        expect(Responses[table]).toHaveLength(isBack ? 0 : request.Keys.length);
        if (isBack) expect(UnprocessedKeys[table]).toEqual(request);
        outcomes.add(`${table === tableName ? 'ten' : 'one'} ${isBack ? 'back' : 'answered'}`);
      }
    }
    expect(outcomes).toContain('ten back');
    expect(outcomes).toContain('one answered');
  });
});
