import type { Call } from '../call/call.js';
import type { Run, Session } from '../call/model-calls.js';
import type { Connection } from '../connection/connection.js';
import type { StoredItem } from '../entity/entity.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import type { CallOptions } from '../options.js';
import type { WriteStep } from './pending-write.js';

/** The result of a prepared write: the entity after it, whether the entity existed, or undefined. */
export type Outcome = 'entity' | 'existence' | 'nothing';

/** The plan of a prepared write, for `transact`. To callers, a prepared write is opaque. */
export interface WritePlan {
  /** Such as `Order.create`. */
  readonly name: string;
  /** The arguments of the caller, before schema and generated ids. */
  readonly given: readonly unknown[];
  readonly gives: Outcome;
  readonly definition: EntityDefinition;
  readonly connection: () => Connection;
  readonly begin: (operation: string, options: CallOptions) => Run;
  /** Deletes the sharded counters of entities that were deleted. Never rejects. */
  readonly deleteCounters: (callOf: () => Call, ids: readonly string[]) => Promise<void>;
  /** Makes the reads that the write needs, and returns it as a part of a transaction. */
  readonly prepare: (session: Session) => Promise<WriteStep<StoredItem | boolean | null | undefined>>;
}

declare const result: unique symbol;

/** A write that `creating`, `updating`, `deleting` or `checking` of a model has prepared for `transact`. Nothing is sent for it before. */
export interface PreparedWrite<R> {
  /** Never set: it carries the type of the result. */
  readonly [result]?: () => R;
}

const plans = new WeakMap<PreparedWrite<unknown>, WritePlan>();

/** Returns a prepared write for a plan. */
export function preparedWrite<R>(plan: WritePlan): PreparedWrite<R> {
  const write: PreparedWrite<R> = Object.freeze({});
  plans.set(write, plan);
  return write;
}

/** Returns the plan of a part of a transaction. @throws TypeError for anything else than a prepared write */
export function planOf(write: PreparedWrite<unknown>, part: number): WritePlan {
  const plan = plans.get(write);
  if (plan) return plan;
  throw new TypeError(
    `Part ${part} is no prepared write: it takes what creating(), updating(), deleting() or checking() of a model returns`,
  );
}

/** The results of prepared writes, by position. */
export type Results<P extends readonly PreparedWrite<unknown>[]> = {
  -readonly [I in keyof P]: P[I] extends PreparedWrite<infer R> ? R : never;
};
