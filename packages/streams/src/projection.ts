import { type CallOptions, IdempotencyMismatchError, type PreparedWrite, transact } from '@aws-starter-kit/dynamo';
import { type AnyChange, changeKey } from './change.js';

/** Returns the writes that a change causes in a projection; an empty list for none. */
export type Effects<C> = (change: C) => readonly PreparedWrite<unknown>[] | Promise<readonly PreparedWrite<unknown>[]>;

/**
 * Returns a handler of changes that keeps a counter or a read model: the writes of each change are committed together, and exactly once, however often it
 * is delivered. Costs what the transaction costs, and 2 units for the record of the change.
 *
 * @param name tells projections apart: a new name starts anew
 * @throws the errors of `transact`, such as TransactionPartError where an entity to be updated is gone
 */
export function projection<C extends AnyChange>(name: string, effects: Effects<C>, options: CallOptions = {}) {
  return async (change: C): Promise<void> => {
    const writes = await effects(change);
    if (writes.length === 0) return;
    try {
      await transact(writes, {
        ...options,
        once: JSON.stringify([name, change.id, change.version, changeKey(change)]),
      });
    } catch (error) {
      // committed before, by a version of the code that wrote something else
      if (!(error instanceof IdempotencyMismatchError)) throw error;
    }
  };
}
