import { keyOf, maxActions, maxTransactionBytes, refusalsOf, sizeOf } from './batch-write.js';
import type { Call } from './call.js';
import type { Connection } from './connection.js';
import {
  ConditionFailedError,
  EntityNotFoundError,
  InvalidItemError,
  ItemTooLargeError,
  TransactionPartError,
  TransactionTooLargeError,
  UniqueConstraintError,
  VersionConflictError,
} from './errors.js';
import type { Run } from './operation-log.js';
import type { CallOptions } from './options.js';
import { commit, isAnswer, type Step, type Write } from './write.js';

/** A change that a model has been told of, to be made with others: `orders.creating(…)`. Nothing is sent for it before `transact`. */
export interface Part<R> {
  /** Such as `Order.create`. */
  readonly name: string;
  readonly connection: () => Connection;
  readonly begin: (operation: string, options: CallOptions) => Run;
  readonly prepare: (call: Call) => Promise<Step<unknown>>;
  /** What the caller gets, of what `prepare` and its refusals answer. */
  readonly result: (answer: unknown) => R;
}

type Results<P extends readonly Part<unknown>[]> = { -readonly [I in keyof P]: P[I] extends Part<infer R> ? R : never };

/**
 * Makes changes of one or several models in one transaction, all or none, with their claims:
 *
 * ```ts
 * const [order, line] = await transact([orders.creating({ … }), lines.creating({ … })]);
 * ```
 *
 * All in one table, at most 100 entities and claims together, 3.5 MB, each entity once. Changes and deletes are read first (strongly consistent) and made
 * to what was read; where another writer comes between, the part is computed anew, as in a call by itself. Retries, deadline and lost replies as there.
 *
 * @returns by position the entity that was created or changed, or whether what was deleted existed
 * @throws TransactionPartError, with `part` and, as `cause`, UniqueConstraintError, VersionConflictError, ConditionFailedError, EntityNotFoundError (a change of
 * what is not there), InvalidItemError or ItemTooLargeError; TransactionTooLargeError; the errors of all calls
 */
export async function transact<const P extends readonly Part<unknown>[]>(
  parts: P,
  options: CallOptions = {},
): Promise<Results<P>> {
  const [first] = parts;
  if (!first) return [] as unknown as Results<P>;
  if (parts.some(({ connection }) => connection() !== first.connection())) {
    throw new TypeError('The parts of a transaction need one table and one client: give their models the same options');
  }
  const { call, log, end } = first.begin('transact', options);
  log.count = parts.length;
  log.parts = parts.map(({ name }) => name).join();
  try {
    const steps = await Promise.all(parts.map((part, i) => prepared(part, i, call)));
    const answers = await commit(call, together(parts, steps));
    end();
    return parts.map((part, i) => part.result(answers[i])) as Results<P>;
  } catch (error) {
    end(error);
    throw error;
  }
}

/** What concerns one part; all else (load, deadline, abort) concerns the call. */
const ofOnePart = [
  UniqueConstraintError,
  VersionConflictError,
  ConditionFailedError,
  EntityNotFoundError,
  InvalidItemError,
  ItemTooLargeError,
  TypeError,
  RangeError,
];

const namingPart = (part: number, name: string, error: unknown) =>
  ofOnePart.some((kind) => error instanceof kind) ? new TransactionPartError(part, name, { cause: error }) : error;

async function prepared(part: Part<unknown>, i: number, call: Call): Promise<Step<unknown>> {
  try {
    return await part.prepare(call);
  } catch (error) {
    throw namingPart(i, part.name, error);
  }
}

/** The writes of all parts as one write, that gives all answers. @throws TransactionTooLargeError, TypeError for two parts that write one item */
function together(parts: readonly Part<unknown>[], steps: readonly Step<unknown>[]): Step<unknown[]> {
  const writes = steps.filter((step) => !isAnswer(step)) as Write<unknown>[];
  if (writes.length === 0) return { answer: steps.map((step) => (step as { answer: unknown }).answer) };
  const actions = writes.flatMap((write) => write.actions);
  const bytes = writes.reduce((sum, write) => sum + sizeOf(write), 0);
  if (actions.length > maxActions || bytes > maxTransactionBytes)
    throw new TransactionTooLargeError(actions.length, bytes);
  if (new Set(actions.map(keyOf)).size < actions.length) {
    throw new TypeError(
      'Two parts of the transaction write one entity, or one value of a unique attribute: make them one part, or two transactions',
    );
  }
  return {
    actions,
    bytes,
    done: (call) => steps.map((step) => (isAnswer(step) ? step.answer : step.done(call, undefined))),
    refused(call, refused) {
      const ownRefusals = refusalsOf(writes, refused);
      const next = steps.map((step, i) => {
        const own = isAnswer(step) ? undefined : ownRefusals[writes.indexOf(step)];
        if (!own || isAnswer(step)) return step;
        try {
          return step.refused(call, own);
        } catch (error) {
          throw namingPart(i, parts[i]?.name ?? '', error);
        }
      });
      return together(parts, next);
    },
  };
}
