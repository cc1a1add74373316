import { randomUUID } from 'node:crypto';
import type { FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import { raiseFence, unknownOutcome } from './fence.js';
import type { PendingWrite } from './pending-write.js';

/** How a transaction ended, for certain. `failures`: the failed conditions of each write, by the positions of its own actions. */
export type TransactionResult =
  | { readonly is: 'applied' }
  | { readonly is: 'rejected'; readonly failures: readonly (FailedConditions | undefined)[] };

/**
 * Sends writes in one transaction, under a token of its own: a retry of the same bytes gets the answer of the attempt that was applied. A
 * rejection after an attempt without an answer is final only once that attempt is kept out. One write is fenced for it, which is enough for
 * all of them; the same bytes, sent again, then say by their token whether the attempt had arrived before the fence.
 */
export async function sendTransaction(
  session: Session,
  writes: readonly PendingWrite<unknown>[],
): Promise<TransactionResult> {
  const request = {
    TransactItems: writes.flatMap(({ actions }) => actions),
    ClientRequestToken: randomUUID(),
  };
  const send = () => session.call.write('TransactWriteItems', request);
  let result = await send();
  if (result.is === 'rejected' && result.abandoned) {
    const failures = failuresOf(writes, result.failed);
    const isOver = writes.some(({ comparesState }, i) => comparesState && failures[i]?.has(0));
    if (!isOver) {
      await raiseFence(session, writes.find((_, i) => failures[i]) as PendingWrite<unknown>);
      result = await send().catch((error) => {
        throw unknownOutcome(error);
      });
    }
  }
  return result.is === 'rejected' ? { is: 'rejected', failures: failuresOf(writes, result.failed) } : { is: 'applied' };
}

function failuresOf(
  writes: readonly PendingWrite<unknown>[],
  rejected: FailedConditions,
): (FailedConditions | undefined)[] {
  let first = 0;
  return writes.map(({ actions }) => {
    const own = new Map(actions.flatMap((_, i) => (rejected.has(first + i) ? [[i, rejected.get(first + i)]] : [])));
    first += actions.length;
    return own.size > 0 ? own : undefined;
  });
}
