import type { Session } from '../call/model-calls.js';
import type { StoredItem } from '../entity/entity.js';
import { type Guard, updateExpressions } from '../expressions/update-expression.js';
import { shallowMerge } from '../shallow-merge.js';
import type { PendingWrite } from './pending-write.js';
import { isNonIdempotent, type PreparedUpdate, presentFor } from './prepare-update.js';

/** The functions that handle the answer. */
type Handlers = Pick<PendingWrite<StoredItem | null>, 'onCommitted' | 'onConditionFailed'>;

/**
 * Returns the one UpdateItem of an update that needs no prior read. Its stamp keeps a retry from applying it twice.
 * @param met conditions on an item that an earlier attempt met, in place of the conditions of the model
 */
export function blindRequest(
  { call, definition }: Session,
  update: PreparedUpdate,
  { onCommitted, onConditionFailed }: Handlers,
  { state, values = definition.scope }: Pick<Guard, 'state' | 'values'> = {},
): PendingWrite<StoredItem | null> {
  const { id, expectedVersion: version, operations, conditions, stamp, sentAt } = update;
  const { expiry } = definition;
  const createdBefore = version === undefined || state ? undefined : new Date(sentAt).toISOString();
  const notWrittenBy = stamp;
  const present = presentFor(definition, update);
  const guard = {
    state,
    sentAt,
    version,
    createdBefore,
    notWrittenBy,
    values,
    present,
    conditions,
    operations,
    expiry,
  };
  const target = {
    TableName: call.connection.tableName,
    Key: { id },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  return {
    is: 'pending',
    id,
    stamp,
    sentAt,
    actions: [{ Update: shallowMerge(target, updateExpressions(update, guard)) }],
    bytes: update.bytes,
    returns: 'ALL_NEW',
    isNonIdempotent: isNonIdempotent(update),
    comparesState: false,
    onCommitted,
    onConditionFailed,
  };
}
