import { PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { faultTable } from './fault-table.js';

const { tableName, honest, underFaults } = await faultTable();
const put = (pk1: string, n: number) =>
  honest.send(new PutCommand({ TableName: tableName, Item: { id: `${pk1}-${n}`, pk1, sk1: `${n}` } }));
const query = (pk1: string, extra: Partial<QueryCommandInput> = {}) =>
  new QueryCommand({
    TableName: tableName,
    IndexName: 'GSI1',
    KeyConditionExpression: 'pk1 = :pk1',
    ExpressionAttributeValues: { ':pk1': pk1 },
    ...extra,
  });

describe('a stale index', () => {
  beforeAll(async () => {
    await Promise.all(Array.from({ length: 6 }, (_, n) => put('six', n)));
  });

  test('answers as it did before the last write', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'stale-index', skip: 1, times: 1 }] });
    await put('old', 1);
    expect((await client.send(query('old'))).Items).toHaveLength(1);
    await put('old', 2);
    expect((await client.send(query('old'))).Items).toHaveLength(1);
    expect((await client.send(query('old'))).Items).toHaveLength(2);
    expect(faults.injected['stale-index']).toBe(1);
  });

  test('omits items from a new query', async () => {
    const { client } = underFaults({ rules: [{ fault: 'stale-index', times: 1 }] });
    const { Items = [], Count, ScannedCount } = await client.send(query('six'));
    expect(Items.length).toBeLessThan(6);
    expect([Count, ScannedCount]).toEqual([Items.length, Items.length]);
    const fresh = await client.send(query('six'));
    expect(fresh.Count).toBe(6);
    expect(fresh.Items).toEqual(expect.arrayContaining(Items));
  });

  test('counts too few', async () => {
    const { client } = underFaults({ rules: [{ fault: 'stale-index' }] });
    const { Items, Count } = await client.send(query('six', { Select: 'COUNT' }));
    expect(Items).toBeUndefined();
    expect(Count).toBeLessThan(6);
  });

  test('keeps the start key of the next page', async () => {
    const { client } = underFaults({ rules: [{ fault: 'stale-index' }] });
    const { LastEvaluatedKey } = await client.send(query('six', { Limit: 3 }));
    expect(LastEvaluatedKey).toMatchObject({ id: 'six-2' });
  });

  test('does not change an empty page and reads of the table', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'stale-index' }] });
    expect(await client.send(query('none'))).toMatchObject({ Items: [], Count: 0 });
    const ofTable = query('six', {
      KeyConditionExpression: 'id = :pk1',
      ExpressionAttributeValues: { ':pk1': 'six-1' },
    });
    delete ofTable.input.IndexName;
    expect((await client.send(ofTable)).Count).toBe(1);
    expect(faults.requests.map(({ fault }) => fault)).toEqual(['stale-index', undefined]);
  });
});
