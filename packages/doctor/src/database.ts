import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type ConsumedCapacity,
  DeleteItemCommand,
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
import { type Condition, decode, type RawItem, type Stored } from './stored-item.js';

const maxAttempts = 10;
const keysInABatch = 100;
const idsInASnapshot = 100;

export interface ScanRequest {
  readonly segment: number;
  readonly segments: number;
  readonly limit: number;
  readonly from: RawItem | undefined;
  /** Expected cost in units. */
  readonly estimate: number;
}

/**
 * The table, behind a rate limit. The signal ends waiting and reading; a write that was sent is awaited, since it will
 * be reported. Requests rejected for a conflict with other writers are retried here, throttled ones by the client.
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

  /** One page of one segment, strongly consistent. */
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

  /** Eventually consistent, at half the cost, for the first look. {@link snapshot} confirms findings. */
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
      else await pause(attempt, new Error('The database is busy: run it again later, or with a lower --rate'), signal);
    }
    return found;
  }

  /** All items at one moment, at most 100. */
  async function snapshot(ids: readonly string[]): Promise<(Stored | undefined)[]> {
    const TransactItems = ids.slice(0, idsInASnapshot).map((id) => ({ Get: { TableName, Key: { id: { S: id } } } }));
    const { Responses = [] } = await withoutConflicts(() =>
      run(2 * ids.length, () =>
        client.send(new TransactGetItemsCommand({ TransactItems, ReturnConsumedCapacity }), options),
      ),
    );
    return Responses.map(({ Item }) => Item && decode(Item));
  }

  /**
   * All or nothing; false if a condition fails. The conditions must hold everything that the actions follow from: then
   * an attempt that got no answer does no harm, however late it arrives.
   */
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

  /** False if the condition fails. */
  async function update(input: Omit<UpdateItemCommandInput, 'TableName'>): Promise<boolean> {
    return isAccepted('ConditionalCheckFailedException', () =>
      withoutConflicts(() =>
        run(3, () => client.send(new UpdateItemCommand({ TableName, ...input, ReturnConsumedCapacity }))),
      ),
    );
  }

  /** False if the condition fails. */
  async function remove(id: string, condition: Condition): Promise<boolean> {
    const input = { TableName, Key: { id: { S: id } }, ...condition, ReturnConsumedCapacity } as const;
    return isAccepted('ConditionalCheckFailedException', () =>
      withoutConflicts(() => run(1, () => client.send(new DeleteItemCommand(input)))),
    );
  }

  /** Retries a request, with jitter, as long as only conflicts with other writers of its items fail it. */
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

  return { tableName: TableName, signal, scan, get, getMany, snapshot, transact, update, remove };
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

async function isAccepted(rejection: string, write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    const isRejected =
      (error as Error).name === rejection && codesOf(error).every((code) => code === 'ConditionalCheckFailed');
    if (isRejected) return false;
    throw error;
  }
}

/** The error of a repair that other writers keep from being made. */
export const contention = (item: string) =>
  new Error(`Other writers keep changing ${item}: run the doctor again later`);

/** Waits before the next attempt. @throws the error after the last attempt */
export async function pause(attempt: number, error: unknown, signal: AbortSignal | undefined): Promise<void> {
  if (attempt >= maxAttempts) throw error;
  await sleep(Math.random() * Math.min(1000, 10 * 2 ** attempt), undefined, signal && { signal }).catch(() =>
    signal?.throwIfAborted(),
  );
}
