import type { Call } from '../call/call.js';
import { inChunks, mapBounded } from '../call/concurrency.js';
import type { StoredItem } from '../entity/entity.js';
import type { Projection } from './projection.js';

/** Returns one item by its stored id, a tombstone or an expired one too. */
export async function getItem(
  call: Call,
  id: string,
  consistent: boolean,
  projection?: Projection,
): Promise<StoredItem | undefined> {
  const { tableName: TableName } = call.connection;
  const request = { TableName, Key: { id }, ConsistentRead: consistent || undefined, ...expressionsOf(projection) };
  const { Item } = await call.read('GetItem', request);
  return Item as StoredItem | undefined;
}

const expressionsOf = (projection: Projection | undefined) =>
  projection && {
    ProjectionExpression: projection.ProjectionExpression,
    ExpressionAttributeNames: projection.names,
  };

const idsInABatch = 100;
const batchesAtOnce = 4;

/** Returns items by stored id; ids without an item are left out. Each chunk has a deadline of its own. */
export async function getItems(
  call: Call,
  ids: readonly string[],
  consistent: boolean,
  projection?: Projection,
): Promise<Map<string, StoredItem>> {
  const found = new Map<string, StoredItem>();
  await mapBounded(inChunks([...new Set(ids)], idsInABatch), batchesAtOnce, (chunk) =>
    getChunk(call.fork(), chunk, { ...(consistent && { ConsistentRead: true }), ...expressionsOf(projection) }, found),
  );
  return found;
}

/** Reads a chunk. DynamoDB returns the keys that it did not process in `UnprocessedKeys`; these are requested again. */
async function getChunk(call: Call, ids: readonly string[], options: object, found: Map<string, StoredItem>) {
  const { tableName } = call.connection;
  let keys: Record<string, unknown>[] = ids.map((id) => ({ id }));
  for (let attempt = 1; ; attempt++) {
    const { Responses, UnprocessedKeys } = await call.read('BatchGetItem', {
      RequestItems: { [tableName]: { Keys: keys, ...options } },
    });
    for (const item of Responses?.[tableName] ?? []) found.set(String(item.id), item as StoredItem);
    const remaining = UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (remaining.length === 0) return;
    if (remaining.length < keys.length) attempt = 1; // progress
    keys = remaining;
    await call.pause(attempt, 'throttled');
  }
}
