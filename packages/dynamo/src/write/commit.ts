import type { Call } from '../call/call.js';
import type { FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import { type Attributes, hasStamp, type StoredItem } from '../entity/entity.js';
import { isTombstone } from '../entity/entity-definition.js';
import { WriteOutcomeUnknownError } from '../errors.js';
import { shallowMerge } from '../shallow-merge.js';
import { raiseFence, unknownOutcome } from './fence.js';
import { applied, indeterminate, metItem, type PendingWrite, type WriteStep } from './pending-write.js';
import { sendTransaction } from './send-transaction.js';

/** How one request of a write ended, as `WriteResult`, with the returned attributes. */
type Sent =
  | { readonly is: 'applied'; readonly abandoned: boolean; readonly returned: Attributes | undefined }
  | { readonly is: 'rejected'; readonly abandoned: boolean; readonly failed: FailedConditions }
  | { readonly is: 'unanswered'; readonly abandoned: true; readonly cause: unknown };

/**
 * Sends a write alone, again in the form that a rejection gives it, until it has ended.
 * @param isUncertain whether an earlier request may have been applied, and no answer since says whether it was
 */
export async function commit<R>(session: Session, first: WriteStep<R>, isUncertain = false): Promise<R> {
  let step = first;
  let outcomeUncertain = isUncertain;
  for (let round = 1; step.is === 'pending'; round++) {
    const write: PendingWrite<R> = step;
    try {
      if (round > 2) await session.call.pause(round - 2, 'conflict');
      const sent = await send(session, write);
      step = await settle(session, write, sent, outcomeUncertain).catch((error) => {
        throw sent.abandoned ? unknownOutcome(error) : error;
      });
      if (step.is === 'failed') throw step.error; // judged with this request's attempts in mind, not with those of earlier ones
      outcomeUncertain ||= sent.abandoned;
    } catch (error) {
      throw outcomeUncertain ? unknownOutcome(error) : error;
    }
  }
  if (step.is === 'applied') return step.value;
  throw step.is === 'failed' ? step.error : new WriteOutcomeUnknownError();
}

/** Returns what follows from an answer. Abandoned attempts are fenced first, so that nothing changes what is acknowledged or rejected then. */
async function settle<R>(
  session: Session,
  write: PendingWrite<R>,
  sent: Sent,
  outcomeUncertain: boolean,
): Promise<WriteStep<R>> {
  const stored = mayTakeEffect(write, sent) ? await raiseFence(session, write) : undefined;
  if (sent.is === 'applied') return applied(write.onCommitted(sent.returned, sent.abandoned));
  if (sent.is === 'unanswered') {
    return isOwn(write, stored) && !isTombstone(stored) ? applied(write.onCommitted(stored, true)) : indeterminate();
  }
  // where the retry met the stamp, another write may have removed it since
  const isFenced = mayTakeEffect(write, sent) && !isOwn(write, metItem(sent.failed));
  const failed = isFenced ? new Map([...sent.failed, [0, stored]]) : sent.failed;
  return write.onConditionFailed(failed, outcomeUncertain || sent.abandoned);
}

/** True where an attempt without an answer can still change anything after the answer to another. */
function mayTakeEffect(write: PendingWrite<unknown>, sent: Sent): boolean {
  if (!sent.abandoned || sent.is === 'unanswered') return sent.abandoned;
  return !write.comparesState; // else the new state keeps it out
}

/** True for an item that carries the stamp of a write: it was applied. */
const isOwn = ({ stamp }: PendingWrite<unknown>, stored: StoredItem | undefined): stored is StoredItem =>
  stamp !== undefined && stored !== undefined && hasStamp(stored, stamp);

/** Sends one request; a transaction only where there are claims. */
async function send(session: Session, write: PendingWrite<unknown>): Promise<Sent> {
  const { actions, returns, isNonIdempotent } = write;
  const { call } = session;
  const [{ Put, Update, Delete } = {}] = actions;
  if (actions.length > 1 || !(Put ?? Update ?? Delete)) return sendAsTransaction(session, write);
  const values = returns && { ReturnValues: returns };
  if (Put) return withReturned(await call.write('PutItem', Put));
  if (Update) return withReturned(await call.write('UpdateItem', shallowMerge(Update, values), isNonIdempotent));
  return withReturned(await call.write('DeleteItem', shallowMerge(Delete as NonNullable<typeof Delete>, values)));
}

async function sendAsTransaction(session: Session, write: PendingWrite<unknown>): Promise<Sent> {
  const result = await sendTransaction(session, [write]);
  return result.is === 'applied'
    ? { is: 'applied', abandoned: false, returned: undefined }
    : { is: 'rejected', abandoned: false, failed: result.failures[0] as FailedConditions };
}

type Result = Awaited<ReturnType<typeof Call.prototype.write<'PutItem'>>>;

const withReturned = (result: Result): Sent =>
  result.is === 'applied' ? { is: 'applied', abandoned: result.abandoned, returned: result.output.Attributes } : result;
