import { inChunks, limitTo, mapBounded } from '../call/concurrency.js';
import type { Session } from '../call/model-calls.js';
import type { StoredItem } from '../entity/entity.js';
import { detached, type EntityDefinition } from '../entity/entity-definition.js';
import { storedId } from '../entity/entity-id.js';
import { getItems } from '../read/get-item.js';
import { type BatchEntry, forked, noteUncertain, requestsAtOnce } from './batch-entry.js';
import { creating, type PreparedCreate } from './create.js';
import { deleting, deletingStored, mustReadToDelete } from './delete.js';
import { deletePlain } from './delete-statements.js';
import type { WriteStep } from './pending-write.js';
import { maxStatements } from './statements.js';
import { maxActions } from './together.js';
import { writeEntries } from './write-entries.js';

/** Chunks of a delete that are read or deleted at one time. With four, a delete of 2,000 entities waits for 11 round trips; with two, for 20. */
const chunksAtOnce = 4;

/**
 * Creates many entities, each with its claims; each failure has the index of its entry.
 * @param prepare makes the item of an entry
 */
export async function createItems(
  session: Session,
  list: readonly object[],
  prepare: (definition: EntityDefinition, data: object) => Promise<PreparedCreate>,
) {
  const created: (StoredItem | undefined)[] = [];
  const failures: { index: number; error: Error }[] = [];
  const entries: BatchEntry[] = [];
  const inputs = [...list.map(detached).entries()];
  await mapBounded(inputs, session.definition.findLegacyOwner ? requestsAtOnce : 1, async ([index, data]) => {
    const onError = (error: Error) => void failures.push({ index, error });
    try {
      const prepared = await prepare(session.definition, Object(data));
      const onApplied = (item: unknown) => {
        created[index] = item as StoredItem;
      };
      const write = await creating(forked(session), prepared);
      const onWriteError = (error: Error) => {
        noteUncertain(session, prepared.item.id, error);
        onError(error);
      };
      entries[index] = { write, onApplied, onError: onWriteError };
    } catch (error) {
      onError(error as Error);
    }
  });
  await writeEntries(session, entries.filter(Boolean)); // entries that failed already left holes
  failures.sort((a, b) => a.index - b.index);
  return { success: created.filter((item) => item !== undefined), failed: failures };
}

/** Deletes many entities, each with its claims. An unknown id counts as success, an id given twice counts once. */
export async function deleteItems(session: Session, ids: readonly string[]) {
  const { prefix, scope } = session.definition;
  const unprefixed = (key: string) => key.slice(prefix.length);
  const keys = new Map<string, string | null>(); // by unprefixed id; null where no item can have it
  for (const id of ids) {
    const key = storedId(prefix, id);
    keys.set(key === null ? id : unprefixed(key), key);
  }
  const failures = new Map<string, Error>(); // by stored id
  const known = [...keys.values()].filter((key) => key !== null);
  const byStatements = !mustReadToDelete(session.definition) && scope === undefined;
  await (byStatements ? deleteByStatements : deleteInTransactions)(session, known, failures);
  for (const [key, error] of failures) noteUncertain(session, key, error);
  return {
    success: [...keys].flatMap(([id, key]) => (key !== null && failures.has(key) ? [] : id)),
    failed: [...failures].map(([key, error]) => ({ id: unprefixed(key), error })),
  };
}

async function deleteByStatements(session: Session, ids: readonly string[], failures: Map<string, Error>) {
  const chunks = inChunks(ids, maxStatements);
  await mapBounded(chunks, requestsAtOnce, (chunk) => deletePlain(forked(session), chunk, failures));
}

/**
 * Deletes entities in transactions. A chunk is read while earlier chunks are deleted, which saves round trips. A chunk of 100 entities with one
 * claim each takes one read and two transactions.
 */
async function deleteInTransactions(session: Session, ids: readonly string[], failures: Map<string, Error>) {
  const limit = limitTo(requestsAtOnce);
  await mapBounded(inChunks(ids, maxActions), chunksAtOnce, async (chunk) => {
    const part = forked(session);
    const steps = await deletesOf(part, chunk, failures).catch((error: Error) => {
      for (const id of chunk) failures.set(id, error);
      return [];
    });
    const entries = steps.flatMap((step): BatchEntry | [] => {
      if (step.is !== 'pending') return [];
      const onError = (error: Error) => void failures.set(step.id, error);
      return { write: step, onApplied: () => {}, onError };
    });
    await writeEntries(part, entries, limit);
  });
}

/** Returns the deletes of some ids; entities with claims or kept versions are read before. */
async function deletesOf(
  session: Session,
  ids: readonly string[],
  failures: Map<string, Error>,
): Promise<WriteStep<boolean>[]> {
  if (!mustReadToDelete(session.definition)) return Promise.all(ids.map((id) => deleting(session, id, {})));
  const found = await getItems(session.call, ids, true);
  return [...found.values()].flatMap((stored) => {
    try {
      return deletingStored(session, stored);
    } catch (error) {
      failures.set(stored.id, error as Error);
      return [];
    }
  });
}
