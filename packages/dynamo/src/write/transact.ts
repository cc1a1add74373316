import type { Call } from '../call/call.js';
import type { Run, Session } from '../call/model-calls.js';
import type { Connection } from '../connection/connection.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
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
import type { CallOptions } from '../options.js';
import type { PendingWrite, WriteStep } from './pending-write.js';
import { keyOf, maxActions, maxTransactionBytes, sendTogether, sizeOf } from './together.js';

/** What `transact` needs of a prepared write. It is kept from callers, to whom a prepared write is opaque. */
export interface WritePlan {
  /** Such as `Order.create`. */
  readonly name: string;
  readonly definition: EntityDefinition;
  readonly connection: () => Connection;
  readonly begin: (operation: string, options: CallOptions) => Run;
  /** Reads what has to be read, and returns the write as a part of a transaction. */
  readonly prepare: (session: Session) => Promise<WriteStep<unknown>>;
  /** Returns the caller's result for the value of the write. */
  readonly result: (value: unknown) => unknown;
}

declare const result: unique symbol;

/** A write that `creating`, `updating` or `deleting` of a model has prepared for `transact`. Nothing is sent for it before. */
export interface PreparedWrite<R> {
  readonly [result]?: () => R;
}

const plans = new WeakMap<PreparedWrite<unknown>, WritePlan>();

/** Returns a prepared write for a plan. */
export function preparedWrite<R>(plan: WritePlan): PreparedWrite<R> {
  const write: PreparedWrite<R> = Object.freeze({});
  plans.set(write, plan);
  return write;
}

function planOf(write: PreparedWrite<unknown>, part: number): WritePlan {
  const plan = plans.get(write);
  if (plan) return plan;
  throw new TypeError(
    `Part ${part} is no prepared write: it takes what creating(), updating() or deleting() of a model returns`,
  );
}

type Results<P extends readonly PreparedWrite<unknown>[]> = {
  -readonly [I in keyof P]: P[I] extends PreparedWrite<infer R> ? R : never;
};

/**
 * Writes several entities, of one or several models, in one transaction: all or none, with their claims.
 *
 * ```ts
 * const [order, line] = await transact([orders.creating({ … }), lines.creating({ … })]);
 * ```
 *
 * All in one table, at most 100 actions (entities and claims) and 3.5 MB, each entity once. Updates and deletes are read first (strongly
 * consistent) and computed from what was read; a part that changes nothing is checked to be still as it was read. Where another writer comes
 * between, the part is computed anew. Retries, deadline and lost answers as in a call by itself.
 *
 * @returns by position the entity that was created or updated, or whether the deleted one existed
 * @throws TransactionPartError, with `part` and, as `cause`, UniqueConstraintError, VersionConflictError, ConditionFailedError, EntityNotFoundError,
 * InvalidItemError or ItemTooLargeError; TransactionTooLargeError; the errors of all calls
 */
export async function transact<const P extends readonly PreparedWrite<unknown>[]>(
  parts: P,
  options: CallOptions = {},
): Promise<Results<P>> {
  const planned = parts.map(planOf);
  const [first] = planned;
  if (!first) return [] as unknown as Results<P>;
  if (planned.some(({ connection }) => connection() !== first.connection())) {
    throw new TypeError('The parts of a transaction need one table and one client: give their models the same options');
  }
  const { call, log, end } = first.begin('transact', options);
  log.count = parts.length;
  log.parts = planned.map(({ name }) => name).join();
  try {
    const steps = await Promise.all(planned.map((plan, part) => prepare(plan, part, call)));
    const values = await commitTogether(call, planned, steps);
    end();
    return planned.map((plan, i) => plan.result(values[i])) as Results<P>;
  } catch (error) {
    end(error);
    throw error;
  }
}

async function prepare(plan: WritePlan, part: number, call: Call): Promise<WriteStep<unknown>> {
  try {
    return await plan.prepare({ call, definition: plan.definition });
  } catch (error) {
    throw partError(plan, part, error);
  }
}

/** Sends the writes of all parts, again in the form that a rejection gives them, and returns their results by position. */
async function commitTogether(call: Call, planned: readonly WritePlan[], first: readonly WriteStep<unknown>[]) {
  const [{ definition }] = planned as [WritePlan];
  const session = { call, definition };
  let steps = first;
  for (let round = 1; ; round++) {
    steps.forEach((step, part) => {
      if (step.is === 'failed') throw partError(planned[part] as WritePlan, part, step.error);
      if (step.is === 'indeterminate') throw new WriteOutcomeUnknownError();
    });
    const writes = steps.filter((step) => step.is === 'pending');
    if (writes.length === 0) return steps.map(resultOf);
    checkTransaction(writes);
    if (round > 2) await call.pause(round - 2, 'conflict');
    const result = await sendTogether(session, writes);
    if (result.is === 'applied') return steps.map(resultOf);
    steps = await nextSteps(steps, writes, result.next);
  }
}

const resultOf = (step: WriteStep<unknown>): unknown =>
  step.is === 'pending' ? step.onCommitted(undefined, false) : (step as { value: unknown }).value;

/** Returns the steps of all parts, those of the rejected writes replaced by what follows. */
const nextSteps = (
  steps: readonly WriteStep<unknown>[],
  writes: readonly PendingWrite<unknown>[],
  next: readonly (WriteStep<unknown> | undefined)[],
): readonly WriteStep<unknown>[] => steps.map((step) => next[writes.indexOf(step as PendingWrite<unknown>)] ?? step);

/** @throws TransactionTooLargeError, TypeError for two parts that write one item */
function checkTransaction(writes: readonly PendingWrite<unknown>[]): void {
  const actions = writes.flatMap((write) => write.actions);
  const bytes = writes.reduce((sum, write) => sum + sizeOf(write), 0);
  if (actions.length > maxActions || bytes > maxTransactionBytes) {
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
