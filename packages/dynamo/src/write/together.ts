import { cancellationReasons, type FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import { countedPaths } from '../call/rejected-number.js';
import { ItemTooLargeError } from '../errors.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { type Action, failed, type PendingWrite, type WriteStep } from './pending-write.js';
import { sendTransaction } from './send-transaction.js';

/** DynamoDB's limit of a transaction. */
export const maxActions = 100;
/** Below DynamoDB's limit of a transaction, 4 MB. */
export const maxRequestBytes = 3_500_000;
/** Beside the items: names, keys and conditions of an action. */
const overheadBytes = 2_000;

/** Returns the bytes that a write takes in a transaction, at most. */
export const sizeOf = ({ actions, bytes }: PendingWrite<unknown>): number => bytes + overheadBytes * actions.length;

/** Returns the key of an action; no two of one transaction may have the same. */
export const keyOf = ({ Put, ...others }: Action): string =>
  String(Put?.Item?.id ?? (others.Update ?? others.Delete ?? others.ConditionCheck)?.Key?.id);

/** How a transaction of several writes ended. `next`: the step after the rejection of each write; undefined where none of its conditions failed. */
export type TogetherResult =
  | { readonly is: 'applied' }
  | { readonly is: 'rejected'; readonly next: readonly (WriteStep<unknown> | undefined)[] };

/** Sends several writes in one transaction, and works out what follows from a rejection. */
export async function sendTogether(
  session: Session,
  writes: readonly PendingWrite<unknown>[],
): Promise<TogetherResult> {
  const sent = await sendTransaction(session, writes).catch((error) => rejectionOfOne(writes, error));
  if (sent.is === 'applied') return sent;
  if (sent.is === 'invalid') return { is: 'rejected', next: sent.next };
  return { is: 'rejected', next: await Promise.all(writes.map((write, i) => nextOf(write, sent.failures[i]))) };
}

/** Returns how a transaction ended that one write made invalid. @throws the error itself where that does not tell which one */
function rejectionOfOne(writes: readonly PendingWrite<unknown>[], error: unknown) {
  const position = invalidAction(
    writes.flatMap(({ actions }) => actions),
    error,
  );
  let first = 0;
  const guilty = writes.find(({ actions }) => {
    first += actions.length;
    return position < first;
  });
  if (position < 0 || !guilty) throw error;
  return { is: 'invalid' as const, next: writes.map((write) => (write === guilty ? failed(error) : undefined)) };
}

/** Returns the position of the action to which an error belongs. DynamoDB Local does not say it of a number: then it is the first that counts one up. */
function invalidAction(actions: readonly Action[], error: unknown): number {
  if (!(error instanceof InvalidItemError || error instanceof ItemTooLargeError)) return -1;
  const reasons = cancellationReasons(error.cause);
  if (reasons) return reasons.findIndex(({ Code }) => Code === 'ValidationError');
  return actions.findIndex(({ Update }) => countedPaths(Update).length > 0);
}

/** Returns the step after the rejection of a write. An error in working it out is that write's own. */
async function nextOf(write: PendingWrite<unknown>, conditions: FailedConditions | undefined) {
  try {
    return conditions && (await write.onConditionFailed(conditions, false));
  } catch (error) {
    return failed(error);
  }
}

interface WithWrite {
  readonly write: PendingWrite<unknown>;
}

/** Splits entries into waves in which no key occurs twice; an entry never overtakes an earlier one with the same key. */
export function partitionByKey<E extends WithWrite>(entries: readonly E[]): E[][] {
  const waves: { keys: Set<string>; entries: E[] }[] = [];
  for (const entry of entries) {
    const keys = entry.write.actions.map(keyOf);
    const last = waves.findLastIndex((wave) => keys.some((key) => wave.keys.has(key)));
    if (!waves[last + 1]) waves.push({ keys: new Set(), entries: [] });
    const wave = waves[last + 1];
    wave?.entries.push(entry);
    for (const key of keys) wave?.keys.add(key);
  }
  return waves.map((wave) => wave.entries);
}

/** Splits entries into requests within DynamoDB's limits; a single one over them is rejected by the database, alone. */
export function inRequests<E extends WithWrite>(entries: readonly E[], mostActions: number): E[][] {
  const requests: E[][] = [];
  let actions = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (const entry of entries) {
    actions += entry.write.actions.length;
    bytes += sizeOf(entry.write);
    if (actions > mostActions || bytes > maxRequestBytes) {
      requests.push([]);
      actions = entry.write.actions.length;
      bytes = sizeOf(entry.write);
    }
    requests.at(-1)?.push(entry);
  }
  return requests;
}
