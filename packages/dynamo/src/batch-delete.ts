import { maxActions, overheadBytes, type Part, requestsAtOnce, writeParts } from './batch-write.js';
import type { Call } from './call.js';
import { inChunks, mapBounded } from './chunks.js';
import { deleteActions, deleteItem } from './delete.js';
import type { StoredItem } from './entity.js';
import type { EntityKind } from './entity-kind.js';
import { getItems } from './read.js';
import { type Claim, claimsHeld } from './unique-claims.js';

/** DynamoDB's limit of a BatchWriteItem. */
const writesInABatch = 25;

/** What could not be deleted, by stored id. */
type Failures = Map<string, Error>;

/** Deletes many by their stored ids, each with its claims, and answers what failed. An id without an item does not: it is not there. */
export async function deleteItems(call: Call, kind: EntityKind, ids: readonly string[]): Promise<Failures> {
  const failures: Failures = new Map();
  if (kind.unique.length === 0) {
    await mapBounded(inChunks(ids, writesInABatch), requestsAtOnce, (chunk) =>
      deleteChunk(call.part(), chunk, failures),
    );
  } else {
    await mapBounded(inChunks(ids, maxActions), 1, (chunk) => deleteWithClaims(call, kind, chunk, failures));
  }
  return failures;
}

/** Plain deletes; what DynamoDB did not get to comes back by key and is sent again. */
async function deleteChunk(call: Call, ids: readonly string[], failures: Failures): Promise<void> {
  const { tableName } = call.connection;
  let left = ids;
  try {
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > 1) await call.pause(attempt - 1, 'throughput');
      const { UnprocessedItems } = await call.send('BatchWriteItem', {
        RequestItems: { [tableName]: left.map((id) => ({ DeleteRequest: { Key: { id } } })) },
      });
      const unprocessed = (UnprocessedItems?.[tableName] ?? []).map((one) => String(one.DeleteRequest?.Key?.id));
      if (unprocessed.length < left.length) attempt = 1; // progress
      left = unprocessed;
    }
  } catch (error) {
    for (const id of left) failures.set(id, error as Error);
  }
}

async function deleteWithClaims(
  call: Call,
  kind: EntityKind,
  ids: readonly string[],
  failures: Failures,
): Promise<void> {
  const found = await getItems(call, ids, true).catch((error: Error) => {
    for (const id of ids) failures.set(id, error);
  });
  if (!found) return;
  await writeParts(
    call,
    [...found.values()].map((stored) => deletePart(call, kind, stored, claimsHeld(kind, stored), failures)),
  );
}

function deletePart(
  call: Call,
  kind: EntityKind,
  stored: StoredItem,
  claims: readonly Claim[],
  failures: Failures,
): Part {
  const { id } = stored;
  const onError = (error: Error) => void failures.set(id, error);
  return {
    actions: deleteActions(call.connection.tableName, kind, stored, claims),
    bytes: overheadBytes * (1 + claims.length),
    onError,
    async onRefused(refused) {
      if (!refused.has(0)) {
        // a claim of another owner, met on the way out, is left alone
        const left = claims.filter((_, i) => !refused.has(i + 1));
        return deletePart(call, kind, stored, left, failures);
      }
      await deleteItem(call.part(), kind, id, undefined).catch(onError); // its unique values changed since they were read
      return undefined;
    },
  };
}
