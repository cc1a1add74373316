import type { WrittenEntity } from '../call/call.js';
import type { FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import type { Attributes, Stamp, StoredItem } from '../entity/entity.js';
import type { Expressions } from '../expressions/aliases.js';
import type { Operations } from '../transport/transport.js';

/** One action of a transaction. */
export type Action = NonNullable<Operations['TransactWriteItems'][0]['TransactItems']>[number];

/** A pending write of one entity and its claims. It can be sent alone, in a batch, or in an all-or-nothing transaction. */
export interface PendingWrite<R> {
  readonly is: 'pending';
  /** Stored id of the entity: where an abandoned attempt is fenced. */
  readonly id: string;
  /** Milliseconds since 1970, by the clock of this process: when it was made ready to be sent. */
  readonly sentAt: number;
  /** Shows in the stored item that this write was applied; undefined for deletes and checks. */
  readonly stamp?: Stamp | undefined;
  /** The entity's own action first, then those of its claims. */
  readonly actions: readonly Action[];
  /** Size of the items that it writes. */
  readonly bytes: number;
  /** The attributes that a single request has to return for `onCommitted`. */
  readonly returns?: 'ALL_NEW' | 'ALL_OLD' | undefined;
  /** A second application would count twice: not retried after an attempt without an answer. */
  readonly isNonIdempotent?: boolean;
  /** The entity's action puts an item where none is; so an INSERT statement does the same, or is rejected. */
  readonly isInsert?: boolean;
  /** The entity's condition compares the whole state that was read. Once the entity has another, the write can never take effect. */
  readonly comparesState: boolean;
  /** Returns the result of the write that was applied: `returned` by the request, or met later under its own stamp. */
  onCommitted(returned: Attributes | undefined, abandoned: boolean): R;
  /**
   * Returns the next step after a rejection. It decides by the items met, never by what it remembers.
   * @param abandoned an earlier attempt may have been applied before that, although it can take effect no more
   */
  onConditionFailed(failed: FailedConditions, abandoned: boolean): WriteStep<R> | Promise<WriteStep<R>>;
}

/** The state of a write: to be sent, or how it ended. `indeterminate`: it may have been applied and overwritten since. */
export type WriteStep<R> =
  | PendingWrite<R>
  | { readonly is: 'applied'; readonly value: R }
  | { readonly is: 'failed'; readonly error: unknown }
  | { readonly is: 'indeterminate' };

export const applied = <R>(value: R): WriteStep<R> => ({ is: 'applied', value });
export const failed = <R>(error: unknown): WriteStep<R> => ({ is: 'failed', error });
export const indeterminate = <R>(): WriteStep<R> => ({ is: 'indeterminate' });

/** The item met at the entity's own action. */
export const metItem = (conditions: FailedConditions): StoredItem | undefined =>
  conditions.get(0) as StoredItem | undefined;

/** Returns the action of a part of a transaction that only checks an item. */
export const checkAction = ({ call }: Session, id: string, expressions: Expressions): Action => ({
  ConditionCheck: {
    TableName: call.connection.tableName,
    Key: { id },
    ...expressions,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

/** Notes for the log line what a write of an entity has changed: its state before and after, as far as known. */
export function noteWritten(
  { call, definition }: Session,
  storedId: string,
  versions: Pick<WrittenEntity, 'versionBefore' | 'versionAfter' | 'isUncertain'>,
): void {
  if (!call.meter.isOn) return;
  const id = storedId.slice(definition.prefix.length);
  call.meter.written.push({ entity: definition.name, id, ...versions });
}
