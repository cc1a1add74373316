import { randomUUID } from 'node:crypto';
import { type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createDynamoClient, ensureTable } from '../../src/index.js';
import { leanTransport } from '../../src/transport/lean/lean-transport.js';
import { serviceOf } from '../../src/transport/lean/sdk.js';
import { decodeItem } from '../../src/transport/number-value.js';
import { sdkTransport } from '../../src/transport/sdk-transport.js';
import type { Transport } from '../../src/transport/transport.js';

const settings = {
  endpoint: inject('endpoint'),
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
};
const client = createDynamoClient(settings);
const otherWriter = new DynamoDBClient(settings);
const tableName = `test-${randomUUID()}`;
beforeAll(() => ensureTable({ client, tableName }));

const transports: [string, Transport][] = [
  ['the SDK transport', sdkTransport(client)],
  ['the lean transport', leanTransport(serviceOf(client, tableName))],
];
const attempt = () => ({ isOver: false, isSent: false });

/** Stores a value as another writer does: Python's Decimal, say, has 38 digits. */
async function storedByAnother(value: AttributeValue): Promise<string> {
  const id = randomUUID();
  await otherWriter.send(new PutItemCommand({ TableName: tableName, Item: { id: { S: id }, value } }));
  return id;
}
async function storedValue(id: string) {
  const { Item } = await otherWriter.send(new GetItemCommand({ TableName: tableName, Key: { id: { S: id } } }));
  return Item?.value;
}

const values: [string, AttributeValue, unknown][] = [
  ['the greatest safe integer', { N: '9007199254740991' }, 9007199254740991],
  ['a fraction', { N: '-123456789.25' }, -123456789.25],
  ['a whole number past 2^53', { N: '9007199254740993' }, 9007199254740993n],
  ['38 digits', { N: '-12345678901234567890123456789012345678' }, -12345678901234567890123456789012345678n],
  ['a fraction past 2^53', { N: '12345678901234567890.5' }, NumberValue.from('12345678901234567890.5')],
  ['a fraction right past 2^53', { N: '-9007199254740992.5' }, NumberValue.from('-9007199254740992.5')],
  [
    'a great number in a list',
    { L: [{ N: '1' }, { N: '9007199254740993.5' }] },
    [1, NumberValue.from('9007199254740993.5')],
  ],
  ['a great number in a map', { M: { a: { N: '9007199254740993' } } }, { a: 9007199254740993n }],
  ['a set of great numbers', { NS: ['9007199254740993'] }, new Set([9007199254740993n])],
];
/** Sets that hold numbers of several forms. */
const mixedSets: [string, string[]][] = [
  ['a number and a bigint', ['1', '9007199254740993']],
  ['a number and a great fraction', ['1.5', '12345678901234567890.5']],
  ['a bigint and a great fraction', ['9007199254740993', '12345678901234567890.5']],
];

describe.each(transports)('%s', (_, transport) => {
  const read = async (id: string) => {
    const { Item } = await transport('GetItem', { TableName: tableName, Key: { id } })(attempt());
    return Item?.value;
  };
  const put = (id: string, value: unknown) =>
    transport('PutItem', { TableName: tableName, Item: { id, value } })(attempt());

  it.each(values)('reads %s of another writer, and stores it unchanged', async (_name, stored, expected) => {
    const value = await read(await storedByAnother(stored));
    expect(value).toStrictEqual(expected);
    const id = randomUUID();
    await put(id, value);
    expect(await storedValue(id)).toEqual(stored);
  });

  it.each(mixedSets)('stores a set of %s unchanged, whichever comes first', async (_name, numbers) => {
    const value = (await read(await storedByAnother({ NS: numbers }))) as Set<unknown>;
    for (const order of [[...value], [...value].reverse()]) {
      const id = randomUUID();
      await put(id, new Set(order));
      expect((await storedValue(id))?.NS?.sort()).toEqual([...numbers].sort());
    }
  });

  it('gives the item of a failed condition with its great numbers', async () => {
    const id = await storedByAnother({ N: '12345678901234567890.5' });
    const deletion = transport('DeleteItem', {
      TableName: tableName,
      Key: { id },
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const { Item } = await deletion(attempt()).then(
      () => ({ Item: {} }),
      (error: { Item: Record<string, AttributeValue> }) => error,
    );
    expect(decodeItem(Item)).toStrictEqual({ id, value: NumberValue.from('12345678901234567890.5') });
  });
});
