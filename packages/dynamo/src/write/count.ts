import type { FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import {
  type Attributes,
  fenceAttribute,
  hasStamp,
  isSameState,
  type StoredItem,
  versionOf,
} from '../entity/entity.js';
import { type EntityDefinition, isInScope, isPresent, isTombstone } from '../entity/entity-definition.js';
import { ConditionFailedError, VersionConflictError } from '../errors.js';
import type { CheckedCondition } from '../expressions/checked-conditions.js';
import { areAccepted, type Operation, operationsOn } from '../expressions/operations.js';
import { getItem } from '../read/get-item.js';
import { shallowMerge } from '../shallow-merge.js';
import { blindRequest } from './blind-request.js';
import {
  applied,
  failed,
  indeterminate,
  metItem,
  noteWritten,
  type PendingWrite,
  type WriteStep,
} from './pending-write.js';
import { absent, type PreparedUpdate } from './prepare-update.js';
import { entityAfter } from './update-effects.js';

/**
 * Returns a count: one UpdateItem that increments counters and leaves the version, `updatedAt` and the write id as they are. The state of the
 * item does not show it, so it has a stamp of its own, and is not retried after an attempt without an answer.
 */
export const count = (session: Session, update: PreparedUpdate): PendingWrite<StoredItem | null> =>
  countUnder(session, update, { sentAt: update.sentAt, operations: update.operations, nulls: {} });

/**
 * Returns a count as a part of a transaction. A transaction returns no item, so the count reads first and is written under the version that it
 * read. The counters of its result are those of the read, with this count added.
 */
export async function countRead(session: Session, update: PreparedUpdate): Promise<WriteStep<StoredItem | null>> {
  return countOn(session, update, await getItem(session.call, update.id, true), true);
}

/** True where conditions depend on counters, which the state of an item does not show. */
export const dependOnCounters = (
  { counters }: Pick<EntityDefinition, 'counters'>,
  conditions: readonly CheckedCondition[],
): boolean =>
  counters.length > 0 && conditions.some(({ attributes }) => attributes.some((path) => counters.includes(path)));

/** How a count is sent. */
interface CountAttempt {
  readonly sentAt: number;
  readonly operations: readonly Operation[];
  /** Counters that are null. The database cannot add to them: the amount is set instead, on the condition that they are still null. */
  readonly nulls: Attributes;
  /** The item as it was read or met, without counts. */
  readonly state?: StoredItem | undefined;
  /** The item after the count, where the request returns none. */
  readonly result?: StoredItem | undefined;
}

function countUnder(session: Session, update: PreparedUpdate, attempt: CountAttempt): PendingWrite<StoredItem | null> {
  const { sentAt, operations, nulls, state, result } = attempt;
  const values = { ...session.definition.scope, ...nulls };
  const handlers = {
    onCommitted: (returned?: Attributes) => counted(session, update.id, (returned as StoredItem | undefined) ?? result),
    onConditionFailed: (conditions: FailedConditions, abandoned: boolean) =>
      resolveConditionFailure(session, update, attempt, metItem(conditions), abandoned),
  };
  return blindRequest(session, shallowMerge(update, { sentAt, operations }), handlers, { state, values });
}

/** Returns the count of an item that was read or met. @throws InvalidItemError for an item whose counters are no numbers */
function countOn(
  session: Session,
  update: PreparedUpdate,
  item: StoredItem | undefined,
  givesResult: boolean,
): WriteStep<StoredItem | null> {
  const { definition } = session;
  if (!isPresent(definition, item)) return absent(definition, update);
  const { expectedVersion } = update;
  if (expectedVersion !== undefined && versionOf(item) !== expectedVersion) {
    return failed(new VersionConflictError(expectedVersion, versionOf(item)));
  }
  const after = entityAfter(definition, update, item) as StoredItem;
  const nulls = update.operations.filter(({ path }) => item[path] === null).map(({ path }) => [path, null]);
  return countUnder(session, update, {
    sentAt: Math.max(Date.now(), Number(item[fenceAttribute] ?? 0) + 1), // later than the fence that was met, which keeps out other attempts
    operations: operationsOn(update.operations, item, after),
    nulls: Object.fromEntries(nulls),
    ...((givesResult || expectedVersion !== undefined) && { state: item }),
    ...(givesResult && { result: after }),
  });
}

function resolveConditionFailure(
  session: Session,
  update: PreparedUpdate,
  attempt: CountAttempt,
  met: StoredItem | undefined,
  abandoned: boolean,
): WriteStep<StoredItem | null> {
  const { definition } = session;
  const isOfScope = met && (isTombstone(met) || isInScope(definition, met));
  if (isOfScope && hasStamp(met, update.stamp))
    return isTombstone(met) ? indeterminate() : applied(counted(session, update.id, met)); // deleted since: what it returned is lost
  if (abandoned) return indeterminate();
  const next = countOn(session, update, met, attempt.result !== undefined);
  const { conditions } = update;
  return met && next.is === 'pending' && conditions.length > 0 && holdsAllElse(attempt, met)
    ? failed(new ConditionFailedError(conditions.flatMap(({ attributes }) => attributes)))
    : next;
}

/** True where only the caller's conditions of a count can have failed. */
const holdsAllElse = ({ sentAt, operations, nulls, state }: CountAttempt, met: StoredItem): boolean =>
  areAccepted(operations, met) &&
  Object.keys(nulls).every((name) => met[name] === null) &&
  !(Number(met[fenceAttribute]) >= sentAt) &&
  (state === undefined || isSameState(state, met));

/** A part of a transaction that was not read returns no item. */
function counted(session: Session, id: string, item: StoredItem | undefined): StoredItem {
  const version = item && versionOf(item);
  noteWritten(session, id, version === undefined ? {} : { versionBefore: version, versionAfter: version });
  return item as StoredItem;
}
