import type { Call } from './call.js';
import { inChunks, mapBounded } from './chunks.js';
import type { StoredItem } from './entity.js';

/** One item by its stored id. */
export async function getItem(call: Call, id: string, consistent: boolean): Promise<StoredItem | undefined> {
  const { Item } = await call.send('GetItem', {
    TableName: call.connection.tableName,
    Key: { id },
    ...(consistent && { ConsistentRead: true }),
  });
  return Item as StoredItem | undefined;
}

const idsInABatch = 100;
const batchesAtOnce = 4;

/** Items by stored id; ids that have none are left out. Each chunk has its own deadline. */
export async function getItems(
  call: Call,
  ids: readonly string[],
  consistent: boolean,
): Promise<Map<string, StoredItem>> {
  const found = new Map<string, StoredItem>();
  await mapBounded(inChunks([...new Set(ids)], idsInABatch), batchesAtOnce, (chunk) =>
    getChunk(call.part(), chunk, consistent, found),
  );
  return found;
}

/** DynamoDB gives back in `UnprocessedKeys` what it did not get to: asked again until all are answered. */
async function getChunk(call: Call, ids: readonly string[], consistent: boolean, found: Map<string, StoredItem>) {
  const { tableName } = call.connection;
  let keys: Record<string, unknown>[] = ids.map((id) => ({ id }));
  for (let attempt = 1; ; attempt++) {
    const { Responses, UnprocessedKeys } = await call.send('BatchGetItem', {
      RequestItems: { [tableName]: { Keys: keys, ...(consistent && { ConsistentRead: true }) } },
    });
    for (const item of Responses?.[tableName] ?? []) found.set(String(item.id), item as StoredItem);
    const left = UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (left.length === 0) return;
    if (left.length < keys.length) attempt = 1; // progress
    keys = left;
    await call.pause(attempt, 'throughput');
  }
}
