import { inChunks, mapBounded } from '../call/concurrency.js';
import type { Session } from '../call/model-calls.js';
import type { StoredItem } from '../entity/entity.js';
import { detached } from '../entity/entity-definition.js';
import { storedId } from '../entity/entity-id.js';
import { WriteOutcomeUnknownError } from '../errors.js';
import { getItems } from '../read/get-item.js';
import { creating, prepareCreate } from './create.js';
import { deleting, deletingStored, mustReadToDelete } from './delete.js';
import { deletePlain, maxStatements } from './delete-statements.js';
import { noteWritten, type PendingWrite, type WriteStep } from './pending-write.js';
import { inTransactions, maxActions, partitionByKey, sendTogether } from './together.js';

const requestsAtOnce = 4;

/** One write of a batch, and where its outcome goes. */
interface BatchEntry {
  readonly write: PendingWrite<unknown>;
  readonly onApplied: () => void;
  readonly onError: (error: Error) => void;
}

const forked = ({ call, definition }: Session): Session => ({ call: call.fork(), definition });

/** Creates many entities, each with its claims; each failure has the index of its entry. */
export async function createItems(session: Session, list: readonly object[]) {
  const created: (StoredItem | undefined)[] = [];
  const failures: { index: number; error: Error }[] = [];
  const entries: BatchEntry[] = [];
  const inputs = [...list.map(detached).entries()];
  await mapBounded(inputs, session.definition.findLegacyOwner ? requestsAtOnce : 1, async ([index, data]) => {
    const onError = (error: Error) => void failures.push({ index, error });
    try {
      const prepared = await prepareCreate(session.definition, Object(data));
      const onApplied = () => {
        created[index] = prepared.item;
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
  await writeAll(session, entries.filter(Boolean)); // entries that failed already left holes
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
  const byStatements = !mustReadToDelete(session.definition) && scope === undefined;
  const remove = byStatements ? deletePlain : deleteInTransactions;
  const [size, atOnce] = byStatements ? [maxStatements, requestsAtOnce] : [maxActions, 2]; // of 100 with claims two transactions each
  const chunks = inChunks(
    [...keys.values()].filter((key) => key !== null),
    size,
  );
  await mapBounded(chunks, atOnce, (chunk) => remove(forked(session), chunk, failures));
  for (const [key, error] of failures) noteUncertain(session, key, error);
  return {
    success: [...keys].flatMap(([id, key]) => (key !== null && failures.has(key) ? [] : id)),
    failed: [...failures].map(([key, error]) => ({ id: unprefixed(key), error })),
  };
}

function noteUncertain(session: Session, id: string, error: Error): void {
  if (error instanceof WriteOutcomeUnknownError) noteWritten(session, id, { isUncertain: true });
}

async function deleteInTransactions(session: Session, ids: readonly string[], failures: Map<string, Error>) {
  const steps = await deletesOf(session, ids).catch((error: Error) => {
    for (const id of ids) failures.set(id, error);
    return [];
  });
  const entries = steps.flatMap((step): BatchEntry | [] => {
    if (step.is !== 'pending') return [];
    const onError = (error: Error) => void failures.set(step.id, error);
    return { write: step, onApplied: () => {}, onError };
  });
  await writeAll(session, entries);
}

/** Returns the deletes of some ids; entities with claims or kept versions are read before. */
async function deletesOf(session: Session, ids: readonly string[]): Promise<WriteStep<boolean>[]> {
  if (!mustReadToDelete(session.definition)) return Promise.all(ids.map((id) => deleting(session, id, {})));
  const found = await getItems(session.call, ids, true);
  return [...found.values()].map((stored) => deletingStored(session, stored));
}

/** Writes all entries; each gets its own outcome. */
async function writeAll(session: Session, entries: readonly BatchEntry[]): Promise<void> {
  for (const wave of partitionByKey(entries)) {
    await mapBounded(inTransactions(wave), requestsAtOnce, (some) => writeTransaction(forked(session), some));
  }
}

/** One transaction. When it is cancelled, the failed entries leave or come back changed, and the rest is sent anew. */
async function writeTransaction(session: Session, all: readonly BatchEntry[]): Promise<void> {
  let entries = [...all];
  try {
    for (let round = 1; entries.length > 0; round++) {
      if (round > 2) await session.call.pause(round - 2, 'conflict');
      const result = await sendTogether(
        session,
        entries.map(({ write }) => write),
      );
      if (result.is === 'applied') break;
      entries = await withoutFailed(session, entries, result.next);
    }
    for (const { write, onApplied } of entries) {
      write.onCommitted(undefined, false);
      onApplied();
    }
  } catch (error) {
    if (entries.length === 1 || !isOfOneItem(error)) {
      for (const { onError } of entries) onError(error as Error);
    } else {
      // the database does not say which of them it means: each alone
      for (const entry of entries) await writeTransaction(forked(session), [entry]);
    }
  }
}

/** An error that one bad item causes for all its neighbours. */
const isOfOneItem = (error: unknown) =>
  /^(ValidationException|SerializationException|TransactionCanceledException|ItemTooLargeError)$/.test(
    (error as Error).name,
  );

/** Reports the entries that have ended, and returns the others. What has come to touch a key of another is written after these. */
async function withoutFailed(
  session: Session,
  entries: readonly BatchEntry[],
  next: readonly (WriteStep<unknown> | undefined)[],
): Promise<BatchEntry[]> {
  const remaining = entries.flatMap((entry, i): BatchEntry | [] => {
    const step = next[i];
    if (!step) return entry;
    if (step.is === 'pending') return { ...entry, write: step };
    if (step.is === 'applied') entry.onApplied();
    else entry.onError(step.is === 'failed' ? (step.error as Error) : new WriteOutcomeUnknownError());
    return [];
  });
  const [first = [], ...later] = partitionByKey(remaining);
  for (const wave of later) await writeTransaction(forked(session), wave);
  return first;
}
