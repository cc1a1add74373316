import type { Call } from '../call/call.js';
import { following } from '../call/model-calls.js';
import {
  ConditionFailedError,
  EntityNotFoundError,
  ItemTooLargeError,
  TransactionPartError,
  TransactionTooLargeError,
  UniqueConstraintError,
  VersionConflictError,
  WriteOutcomeUnknownError,
} from '../errors.js';
import { InvalidItemError } from '../invalid-item-error.js';
import type { PendingWrite, WriteStep } from './pending-write.js';
import type { WritePlan } from './prepared-write.js';
import { keyOf, maxActions, maxRequestBytes, sendTogether, sizeOf } from './together.js';

/** Returns a further write of a transaction, such as the record of a call, for the parts that are about to be sent. */
export type Companion = (steps: readonly WriteStep<unknown>[]) => PendingWrite<never>;

/**
 * Prepares and sends the writes of all parts, again in the form that a rejection gives them.
 * @param companion is written first; its rejection ends the call with its error, whatever became of the parts
 * @returns the values by position, and whether anything was sent for them
 * @throws TransactionPartError, TransactionTooLargeError, TypeError for two parts that write one item
 */
export async function commitParts(call: Call, planned: readonly WritePlan[], companion?: Companion) {
  const [{ definition }] = planned as [WritePlan];
  const session = { call, definition };
  let steps: readonly WriteStep<unknown>[] = await Promise.all(planned.map((plan, part) => prepare(plan, part, call)));
  for (let round = 1; ; round++) {
    steps.forEach((step, part) => {
      if (step.is === 'failed') throw partError(planned[part] as WritePlan, part, step.error);
      if (step.is === 'indeterminate') throw new WriteOutcomeUnknownError();
    });
    const ofParts = steps.filter((step) => step.is === 'pending');
    if (ofParts.length === 0) return { isWritten: false, values: steps.map(endValue) };
    const beside = companion ? [companion(steps)] : [];
    const writes = [...beside, ...ofParts];
    checkTransaction(writes);
    if (round > 2) await call.pause(round - 2, 'conflict');
    const result = await sendTogether(session, writes);
    if (result.is === 'applied') return { isWritten: true, values: await endValues(call, planned, steps) };
    const rejected = beside.length > 0 ? result.next[0] : undefined;
    if (rejected?.is === 'failed') throw rejected.error;
    steps = steps.map((step) => result.next[writes.indexOf(step as PendingWrite<unknown>)] ?? step);
  }
}

async function prepare(plan: WritePlan, part: number, call: Call): Promise<WriteStep<unknown>> {
  try {
    return await plan.prepare({ call, definition: plan.definition });
  } catch (error) {
    throw partError(plan, part, error);
  }
}

const endValue = (step: WriteStep<unknown>): unknown =>
  step.is === 'pending' ? step.onCommitted(undefined, false) : (step as { value: unknown }).value;

/** Returns the values of a committed transaction. Before that, deletes the sharded counters of the entities that it deleted. */
async function endValues(call: Call, planned: readonly WritePlan[], steps: readonly WriteStep<unknown>[]) {
  const values = steps.map(endValue);
  const isDeleted = (step: WriteStep<unknown>, part: number): step is PendingWrite<unknown> =>
    step.is === 'pending' && planned[part]?.gives === 'existence' && values[part] === true;
  await Promise.all(
    steps.map((step, part) => isDeleted(step, part) && planned[part]?.deleteCounters(() => following(call), [step.id])),
  );
  return values;
}

/** @throws TransactionTooLargeError, TypeError for two parts that write one item */
function checkTransaction(writes: readonly PendingWrite<unknown>[]): void {
  const actions = writes.flatMap((write) => write.actions);
  const bytes = writes.reduce((sum, write) => sum + sizeOf(write), 0);
  if (actions.length > maxActions || bytes > maxRequestBytes) {
    throw new TransactionTooLargeError(actions.length, bytes);
  }
  if (new Set(actions.map(keyOf)).size < actions.length) {
    throw new TypeError(
      'Two parts of the transaction write one entity, or one value of a unique attribute: make them one part, or two transactions',
    );
  }
}

/** Errors that concern one part; all others (load, deadline, abort) concern the call. */
const partErrors = [
  UniqueConstraintError,
  VersionConflictError,
  ConditionFailedError,
  EntityNotFoundError,
  InvalidItemError,
  ItemTooLargeError,
  TypeError,
  RangeError,
];

const partError = ({ name }: WritePlan, part: number, error: unknown) =>
  partErrors.some((kind) => error instanceof kind) ? new TransactionPartError(part, name, { cause: error }) : error;
