import type { RunLog } from '../call/model-calls.js';
import { type StoredItem, toEntity } from '../entity/entity.js';
import { EntityNotFoundError, TransactionPartError } from '../errors.js';
import type { CallOptions, NotOnce, OnceOption } from '../options.js';
import { commitParts } from './commit-parts.js';
import { commitOnce } from './once.js';
import { type PreparedWrite, planOf, type Results, type WritePlan } from './prepared-write.js';

/** The results of writes with a key: an entity that an equal call wrote before may be gone. */
type ResultsOnce<P extends readonly PreparedWrite<unknown>[]> = {
  -readonly [I in keyof Results<P>]: Results<P>[I] extends boolean | undefined ? Results<P>[I] : Results<P>[I] | null;
};

/**
 * Writes several entities, of one or several models, in one transaction: all or none, with their claims.
 *
 * ```ts
 * const [order, line] = await transact([orders.creating({ … }), lines.creating({ … })]);
 * ```
 *
 * All in one table, at most 100 actions (entities, claims, kept versions and the record of `once`) and 3.5 MB, each entity once. Updates and deletes are read first (strongly
 * consistent) and computed from what was read; a part that changes nothing is checked to be still as it was read. Where another writer comes
 * between, the part is computed anew. Retries, deadline and lost answers as in a call by itself.
 *
 * @returns by position the entity that was created or updated, or whether the deleted one existed; with `once`, if an equal call was committed
 * before, the results of that call, with entities as they are now, and null for those that are gone
 * @throws TransactionPartError, with `part` and, as `cause`, UniqueConstraintError, VersionConflictError, ConditionFailedError, EntityNotFoundError,
 * InvalidItemError or ItemTooLargeError; TransactionTooLargeError; IdempotencyMismatchError; the errors of all calls
 */
export function transact<const P extends readonly PreparedWrite<unknown>[]>(
  parts: P,
  options?: CallOptions & NotOnce,
): Promise<Results<P>>;
export function transact<const P extends readonly PreparedWrite<unknown>[]>(
  parts: P,
  options?: CallOptions & OnceOption,
): Promise<ResultsOnce<P>>;
export async function transact(
  parts: readonly PreparedWrite<unknown>[],
  options: CallOptions & OnceOption = {},
): Promise<unknown[]> {
  const planned = parts.map(planOf);
  if (planned.length === 0) return [];
  return runParts('transact', planned, options, { count: parts.length, parts: planned.map(({ name }) => name).join() });
}

/**
 * Runs one write in a transaction with its record. Returns undefined where there is no such entity.
 * @throws the errors of the write by itself
 */
export async function runOnce<R>(
  operation: string,
  prepared: PreparedWrite<R>,
  options: CallOptions & OnceOption,
  id?: string,
): Promise<R | undefined> {
  try {
    const [value] = await runParts(operation, [planOf(prepared, 0)], options, { id });
    return value as R;
  } catch (error) {
    const cause = error instanceof TransactionPartError ? error.cause : error;
    if (cause instanceof EntityNotFoundError) return undefined;
    throw cause;
  }
}

/** Runs the writes of a call in one transaction. @param ids for its log line */
async function runParts(
  operation: string,
  planned: readonly WritePlan[],
  options: CallOptions & OnceOption,
  ids: RunLog,
): Promise<unknown[]> {
  const [first] = planned as [WritePlan];
  if (planned.some(({ connection }) => connection() !== first.connection())) {
    throw new TypeError('The parts of a transaction need one table and one client: give their models the same options');
  }
  const run = first.begin(operation, options);
  Object.assign(run.log, ids);
  try {
    const values =
      options.once === undefined
        ? (await commitParts(run.call, planned)).values
        : await commitOnce(run.call, planned, options.once, run.log);
    run.end();
    return planned.map((plan, i) => resultOf(plan, values[i]));
  } catch (error) {
    run.end(error);
    throw error;
  }
}

function resultOf({ gives, definition }: WritePlan, value: unknown): unknown {
  if (gives === 'nothing') return undefined;
  return typeof value === 'object' && value !== null ? toEntity(value as StoredItem, definition.prefix) : value;
}
