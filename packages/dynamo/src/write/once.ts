import { randomUUID } from 'node:crypto';
import type { Call } from '../call/call.js';
import type { RunLog } from '../call/model-calls.js';
import { isPresent } from '../entity/entity-definition.js';
import { CallSupersededError, IdempotencyMismatchError, TransactionPartError } from '../errors.js';
import type { OnceKey } from '../options.js';
import { getItems } from '../read/get-item.js';
import { fingerprintOf } from './call-fingerprint.js';
import { commitParts } from './commit-parts.js';
import { unknownOutcome } from './fence.js';
import { AlreadyRecorded, type CallRecord, keepRejected, liveRecord, recordIdOf, recording } from './once-record.js';
import { noteWritten, type WriteStep } from './pending-write.js';
import type { WritePlan } from './prepared-write.js';

/**
 * Writes parts together with a record of the call by its key, so that no retry within 24 hours writes anything. If this
 * call does not commit, it reads the record before it answers: an equal call may have been applied.
 *
 * If an attempt with `sentAt` is rejected, its record keeps that time, so that earlier attempts are no longer applied.
 * @returns the values by position; if an equal call was applied before, its values, with items as they are now
 * @throws IdempotencyMismatchError if the key belongs to another call, CallSupersededError if a later attempt was
 *   rejected, TypeError for a key that is not a non-empty string, the errors of `commitParts`
 */
export async function commitOnce(
  call: Call,
  planned: readonly WritePlan[],
  once: string | OnceKey,
  log: RunLog,
): Promise<readonly unknown[]> {
  const { key, sentAt } = checkedKey(once);
  const id = recordIdOf(planned, key);
  const fingerprint = fingerprintOf(planned);
  const attempt = randomUUID();
  const companion = (steps: readonly WriteStep<unknown>[]) => {
    const results = steps.map((step, i) => remembered(step, planned[i] as WritePlan));
    return recording(call, id, { call: fingerprint, attempt, results }, sentAt);
  };
  const ended = await commitParts(call, planned, companion).catch((error: unknown) => ({ error }));
  if ('values' in ended && ended.isWritten) return ended.values;

  const record = await recordBehind(call, id, sentAt, ended);
  if (record) {
    if (record.call !== fingerprint) throw new IdempotencyMismatchError();
    if (record.attempt !== attempt) log.once = 'replayed';
    else noteOwn(call, planned, record); // applied without an answer
    return replay(call, planned, record).catch((error) => {
      throw unknownOutcome(error); // the record may be that of an attempt of this very call
    });
  }
  if ('error' in ended) throw ended.error;
  return ended.values;
}

/** @throws TypeError */
function checkedKey(once: string | OnceKey): { key: string; sentAt: number | undefined } {
  const { key, sentAt } = typeof once === 'object' && once !== null ? once : { key: once };
  if (typeof key !== 'string' || key === '' || !key.isWellFormed())
    throw new TypeError('once takes a key: text that is not empty');
  if (sentAt === undefined || Number.isSafeInteger(sentAt)) return { key, sentAt };
  throw new TypeError(`sentAt of once is ${sentAt}; it takes milliseconds since 1970, as a whole number`);
}

function remembered(step: WriteStep<unknown>, { gives }: WritePlan): string | boolean | null {
  if (gives === 'nothing') return null;
  if (step.is !== 'pending') return step.is === 'applied' && step.value === true;
  return gives === 'entity' ? step.id : step.actions[0]?.ConditionCheck === undefined;
}

/** Returns the record of an equal call, after this call ended without a commit. @throws the errors of the read, unless the call has an error to report */
async function recordBehind(
  call: Call,
  id: string,
  sentAt: number | undefined,
  ended: object,
): Promise<CallRecord | undefined> {
  const error = 'error' in ended ? ended.error : undefined;
  if (error instanceof AlreadyRecorded) return error.record ?? superseded();
  const isRejected = error === undefined || error instanceof TransactionPartError;
  if (isRejected && sentAt !== undefined) return keepRejected(call, id, sentAt);
  try {
    return await liveRecord(call, id);
  } catch (failure) {
    if (isRejected) throw failure;
    return undefined; // the error of the call says already that it has not ended
  }
}

function superseded(): never {
  throw new CallSupersededError();
}

/** Notes for the log line what this very call has written, as its record tells. */
function noteOwn(call: Call, planned: readonly WritePlan[], { results }: CallRecord): void {
  results.forEach((result, i) => {
    const { definition } = planned[i] as WritePlan;
    if (typeof result === 'string') noteWritten({ call, definition }, result, {});
  });
}

/** Returns the values that a record remembers, entities as they are now. */
async function replay(call: Call, planned: readonly WritePlan[], { results }: CallRecord): Promise<unknown[]> {
  const ids = results.filter((result) => typeof result === 'string');
  const found = await getItems(call, ids, true);
  return results.map((result, i) => {
    if (typeof result !== 'string') return result;
    const item = found.get(result);
    return isPresent((planned[i] as WritePlan).definition, item) ? item : null;
  });
}
