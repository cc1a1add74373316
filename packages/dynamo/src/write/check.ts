import type { Session } from '../call/model-calls.js';
import { countIdAttribute, fenceAttribute, isSameState, type StoredItem } from '../entity/entity.js';
import { isPresent } from '../entity/entity-definition.js';
import { ConditionFailedError, EntityNotFoundError } from '../errors.js';
import { type CheckedCondition, checkedConditions } from '../expressions/checked-conditions.js';
import { guardExpressions } from '../expressions/update-expression.js';
import { dependOnCounters } from './count.js';
import { checkAction, failed, metItem, type PendingWrite, type WriteStep } from './pending-write.js';

/** One check: nothing about it changes from attempt to attempt. */
interface PreparedCheck {
  readonly id: string;
  readonly conditions: readonly CheckedCondition[];
  readonly sentAt: number;
}

/** Returns the check, as a part of a transaction, that an entity exists and meets conditions. It is not read before. @throws TypeError for conditions that are none */
export function checking(session: Session, id: string, options: { readonly if?: object | undefined }) {
  const conditions = options.if === undefined ? [] : checkedConditions(options.if, session.definition);
  return check(session, { id, conditions, sentAt: Date.now() });
}

/** @param state the item that the check before met under a fence raised since it was sent */
function check(session: Session, prepared: PreparedCheck, state?: StoredItem): PendingWrite<undefined> {
  const { id, conditions, sentAt } = prepared;
  const { expiry, scope } = session.definition;
  const comparesCounts = state !== undefined && dependOnCounters(session.definition, conditions);
  const values = comparesCounts ? { ...scope, [countIdAttribute]: state[countIdAttribute] } : scope;
  const guard = { ...(state ? { state } : { sentAt }), values, conditions, expiry };
  return {
    is: 'pending',
    id,
    sentAt,
    actions: [checkAction(session, id, guardExpressions(guard))],
    bytes: 0,
    comparesState: state !== undefined,
    onCommitted: () => undefined,
    onConditionFailed: (failedConditions) => afterRejection(session, prepared, state, metItem(failedConditions)),
  };
}

function afterRejection(
  session: Session,
  prepared: PreparedCheck,
  state: StoredItem | undefined,
  met: StoredItem | undefined,
): WriteStep<undefined> {
  const { name, prefix } = session.definition;
  const { id, conditions, sentAt } = prepared;
  if (!isPresent(session.definition, met)) return failed(new EntityNotFoundError(name, id.slice(prefix.length)));
  const isSame = state
    ? isSameState(state, met, dependOnCounters(session.definition, conditions))
    : !(Number(met[fenceAttribute]) >= sentAt);
  if (!isSame) return check(session, prepared, met);
  return failed(new ConditionFailedError(conditions.flatMap(({ attributes }) => attributes)));
}
