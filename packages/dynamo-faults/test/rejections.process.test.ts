import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { faultTable } from './fault-table.js';

const { tableName, honest, underFaults } = await faultTable();
const put = (id: string) => new PutCommand({ TableName: tableName, Item: { id } });
const stored = async (id: string) =>
  (await honest.send(new GetCommand({ TableName: tableName, Key: { id }, ConsistentRead: true }))).Item;
const transaction = (...ids: string[]) =>
  new TransactWriteCommand({ TransactItems: ids.map((id) => ({ Put: { TableName: tableName, Item: { id } } })) });
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it was answered',
    (error) => error,
  );

describe('rejections', () => {
  test('throttling has both forms of DynamoDB, and nothing is written', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'throttle' }] });
    const errors = await Promise.all(Array.from({ length: 20 }, () => rejection(client.send(put('throttled')))));
    expect(errors.some((error) => error instanceof ProvisionedThroughputExceededException)).toBe(true);
    expect(errors.some((error) => error instanceof ThrottlingException)).toBe(true);
    expect(new Set(errors.map((error) => (error as Error).name)).size).toBe(2);
    expect(errors[0]).toMatchObject({ $metadata: { httpStatusCode: 400 }, message: expect.stringContaining('exceed') });
    expect(await stored('throttled')).toBeUndefined();
    expect(faults.injected.throttle).toBe(20);
  });

  test('the SDK recognises throttling, and retries', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'throttle', times: 1 }] }, { maxAttempts: 2 });
    const { $metadata } = await client.send(put('retried'));
    expect($metadata.attempts).toBe(2);
    expect(faults.requests.map(({ status }) => status)).toEqual([400, 200]);
  });

  test('a 500 without a commit writes nothing', async () => {
    const { client } = underFaults({ rules: [{ fault: 'server-error' }] });
    const error = await rejection(client.send(put('failed')));
    expect(error).toBeInstanceOf(InternalServerError);
    expect(error).toMatchObject({ $fault: 'server', $metadata: { httpStatusCode: 500 } });
    expect(await stored('failed')).toBeUndefined();
  });

  test('a 500 after the commit has written', async () => {
    const { client } = underFaults({ rules: [{ fault: 'server-error-after-commit' }] });
    expect(await rejection(client.send(put('failed-late')))).toBeInstanceOf(InternalServerError);
    expect(await stored('failed-late')).toEqual({ id: 'failed-late' });
  });

  test('a single write conflicts with a transaction', async () => {
    const { client } = underFaults({ rules: [{ fault: 'transaction-conflict' }] });
    const key = { TableName: tableName, Key: { id: 'contended' } };
    expect(await rejection(client.send(new DeleteCommand(key)))).toBeInstanceOf(TransactionConflictException);
    expect(await rejection(client.send(put('contended')))).toBeInstanceOf(TransactionConflictException);
    expect(await client.send(new GetCommand(key))).not.toHaveProperty('Item');
  });

  test.each([
    ['transaction-conflict', ['TransactionConflict']],
    ['transaction-throttle', ['ThrottlingError', 'ProvisionedThroughputExceeded']],
  ] as const)('%s cancels a transaction, with one reason for each action', async (fault, codes) => {
    const { client } = underFaults({ rules: [{ fault }] });
    const positions = new Set<number>();
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 30; i++) {
      const error = (await rejection(client.send(transaction('a', 'b', 'c')))) as TransactionCanceledException;
      expect(error).toBeInstanceOf(TransactionCanceledException);
      const reasons = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
      expect(reasons).toHaveLength(3);
      expect(reasons.filter((code) => code === 'None')).toHaveLength(2);
      positions.add(reasons.findIndex((code) => code !== 'None'));
      seen.add(reasons.find((code) => code !== 'None'));
      expect(error.message).toContain(`[${reasons.join(', ')}]`);
    }
    expect([...positions].sort()).toEqual([0, 1, 2]);
    expect(seen).toEqual(new Set(codes));
    expect(await stored('a')).toBeUndefined();
  });

  test('a transaction whose token is in progress', async () => {
    const { client } = underFaults({ rules: [{ fault: 'transaction-in-progress' }] });
    expect(await rejection(client.send(transaction('d')))).toBeInstanceOf(TransactionInProgressException);
    expect(await stored('d')).toBeUndefined();
  });
});
