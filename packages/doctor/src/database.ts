import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type ConsumedCapacity,
  GetItemCommand,
  ScanCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RateLimit } from './rate-limit.js';
import { decode, type RawItem, type Stored } from './stored-item.js';

const maxAttempts = 10;
const keysInABatch = 100;
const idsInASnapshot = 100;

export interface ScanRequest {
  readonly segment: number;
  readonly segments: number;
  readonly limit: number;
  readonly from: RawItem | undefined;
  /** About what it will cost. */
  readonly estimate: number;
}

/**
 * The table, through a limited rate. The signal ends waiting and reading; a write on its way is waited for, since it will be reported. Requests that an engine refuses for other writers are repeated; for load, the client repeats.
 */
export type Database = ReturnType<typeof createDatabase>;

export function createDatabase(
  client: DynamoDBDocumentClient,
  TableName: string,
  rate: RateLimit,
  signal?: AbortSignal,
) {
  const options = signal && { abortSignal: signal };
  const ReturnConsumedCapacity = 'TOTAL';
  type Answer = { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined };
  const run = <R extends Answer>(estimate: number, send: () => Promise<R>) =>
    rate.run(estimate, async () => {
      const result = await send();
      const consumed = [result.ConsumedCapacity ?? []].flat();
      return { result, units: consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0) };
    });

  /** One page of one segment, strongly consistent: what was written before it is seen. */
  async function scan({ segment, segments, limit, from, estimate }: ScanRequest) {
    const { Items, LastEvaluatedKey, ConsumedCapacity } = await run(estimate, () =>
      client.send(
        new ScanCommand({
          TableName,
          ...(segments > 1 && { Segment: segment, TotalSegments: segments }),
          Limit: limit,
          ExclusiveStartKey: from,
          ConsistentRead: true,
          ReturnConsumedCapacity,
        }),
        options,
      ),
    );
    const units = ConsumedCapacity?.CapacityUnits ?? 0;
    return { items: (Items ?? []).map(decode), next: LastEvaluatedKey, units };
  }

  /** Strongly consistent. */
  async function get(id: string): Promise<Stored | undefined> {
    const { Item } = await run(1, () =>
      client.send(
        new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true, ReturnConsumedCapacity }),
        options,
      ),
    );
    return Item && decode(Item);
  }

  /** Eventually consistent, at half the price: for a first look. What looks wrong is confirmed by {@link snapshot}. */
  async function getMany(ids: Iterable<string>): Promise<Map<string, Stored>> {
    const found = new Map<string, Stored>();
    let left = [...new Set(ids)].map((id): RawItem => ({ id: { S: id } }));
    for (let attempt = 1; left.length > 0; attempt++) {
      const Keys = left.slice(0, keysInABatch);
      const { Responses, UnprocessedKeys } = await run(Keys.length / 2, () =>
        client.send(
          new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } }, ReturnConsumedCapacity }),
          options,
        ),
      );
      for (const raw of Responses?.[TableName] ?? []) found.set(raw.id?.S ?? '', decode(raw));
      const unprocessed = UnprocessedKeys?.[TableName]?.Keys ?? [];
      left = [...left.slice(keysInABatch), ...unprocessed];
      if (unprocessed.length < Keys.length)
        attempt = 1; // progress
      else await pause(attempt, new Error('The database is busy: try again later, or with a lower --rate'), signal);
    }
    return found;
  }

  /** All of it as it was at one moment; at most 100 ids. */
  async function snapshot(ids: readonly string[]): Promise<(Stored | undefined)[]> {
    const TransactItems = ids.slice(0, idsInASnapshot).map((id) => ({ Get: { TableName, Key: { id: { S: id } } } }));
    const { Responses = [] } = await withoutConflicts(() =>
      run(2 * ids.length, () =>
        client.send(new TransactGetItemsCommand({ TransactItems, ReturnConsumedCapacity }), options),
      ),
    );
    return Responses.map(({ Item }) => Item && decode(Item));
  }

  /** All or nothing; false where a condition does not hold. Each must be such that its repeat does no harm. */
  async function transact(actions: readonly TransactWriteItem[]): Promise<boolean> {
    const TransactItems = [...actions];
    return isAccepted('TransactionCanceledException', () =>
      withoutConflicts(() =>
        run(4 * TransactItems.length, () =>
          client.send(new TransactWriteItemsCommand({ TransactItems, ReturnConsumedCapacity })),
        ),
      ),
    );
  }

  /** False where the condition does not hold. */
  async function update(input: Omit<UpdateItemCommandInput, 'TableName'>): Promise<boolean> {
    return isAccepted('ConditionalCheckFailedException', () =>
      withoutConflicts(() =>
        run(3, () => client.send(new UpdateItemCommand({ TableName, ...input, ReturnConsumedCapacity }))),
      ),
    );
  }

  /** Again, with jitter, while other writers of the same items are the only thing in the way. */
  async function withoutConflicts<R>(send: () => Promise<R>): Promise<R> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        if (!isConflict(error)) throw error;
        await pause(attempt, error, signal);
      }
    }
  }

  return { tableName: TableName, signal, scan, get, getMany, snapshot, transact, update };
}

const codesOf = (error: unknown): string[] =>
  ((error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [])
    .map(({ Code }) => Code ?? 'None')
    .filter((code) => code !== 'None');

function isConflict(error: unknown): boolean {
  if ((error as Error).name === 'TransactionConflictException') return true;
  return codesOf(error).some((code) =>
    /^(TransactionConflict|ThrottlingError|ProvisionedThroughputExceeded)$/.test(code),
  );
}

async function isAccepted(refusal: string, write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    const isRefused =
      (error as Error).name === refusal && codesOf(error).every((code) => code === 'ConditionalCheckFailed');
    if (isRefused) return false;
    throw error;
  }
}

/** Waits before another attempt; gives up with the error after the last. */
export async function pause(attempt: number, error: unknown, signal: AbortSignal | undefined): Promise<void> {
  if (attempt >= maxAttempts) throw error;
  await sleep(Math.random() * Math.min(1000, 10 * 2 ** attempt), undefined, signal && { signal }).catch(() =>
    signal?.throwIfAborted(),
  );
}
