import { type CallOptions, IdempotencyMismatchError, type PreparedWrite, transact } from '@aws-starter-kit/dynamo';
import { type AnyChange, changeKey } from './change.js';

/** Returns the writes that apply a change to a projection, or an empty list for none. */
export type Effects<C> = (change: C) => readonly PreparedWrite<unknown>[] | Promise<readonly PreparedWrite<unknown>[]>;

/**
 * Returns a change handler that maintains a counter or a read model. The writes of each change are committed together
 * and exactly once, however often the change is delivered. A change costs its transaction, and 2 write units for its
 * record.
 *
 * @param name identifies the projection; a new name starts over
 * @throws the errors of `transact`, such as TransactionPartError if an entity to update is gone
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
      // already committed, by an earlier version of the code with other writes
      if (!(error instanceof IdempotencyMismatchError)) throw error;
    }
  };
}
