import { type Limit, limitTo } from '../call/concurrency.js';
import type { Session } from '../call/model-calls.js';
import { WriteOutcomeUnknownError } from '../errors.js';
import { type BatchEntry, forked, requestsAtOnce } from './batch-entry.js';
import { insertEntries, isInsertable } from './insert-statements.js';
import type { WriteStep } from './pending-write.js';
import { maxStatements } from './statements.js';
import { inRequests, maxActions, partitionByKey, sendTogether } from './together.js';

/**
 * Writes all entries of a batch; each gets its own outcome. Entities without claims are inserted by statements, all else is written in transactions.
 * @param limit bounds the requests in flight; the parts of one batch share it. Default: `requestsAtOnce`, for this call alone
 */
export async function writeEntries(
  session: Session,
  entries: readonly BatchEntry[],
  limit: Limit = limitTo(requestsAtOnce),
): Promise<void> {
  for (const wave of partitionByKey(entries)) {
    const inserts = wave.filter(({ write }) => isInsertable(write));
    const others = wave.filter(({ write }) => !isInsertable(write));
    const requests = [
      ...inRequests(inserts, maxStatements).map((some) => () => insertEntries(forked(session), some)),
      ...inRequests(others, maxActions).map((some) => () => writeTransaction(forked(session), some)),
    ];
    await Promise.all(requests.map(limit));
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
      onApplied(write.onCommitted(undefined, false));
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

/** Reports the entries that have ended, and returns the others. Entries that now share a key with another are written later. */
async function withoutFailed(
  session: Session,
  entries: readonly BatchEntry[],
  next: readonly (WriteStep<unknown> | undefined)[],
): Promise<BatchEntry[]> {
  const remaining = entries.flatMap((entry, i): BatchEntry | [] => {
    const step = next[i];
    if (!step) return entry;
    if (step.is === 'pending') return { ...entry, write: step };
    if (step.is === 'applied') entry.onApplied(step.value);
    else entry.onError(step.is === 'failed' ? (step.error as Error) : new WriteOutcomeUnknownError());
    return [];
  });
  const [first = [], ...later] = partitionByKey(remaining);
  for (const wave of later) await writeTransaction(forked(session), wave);
  return first;
}
