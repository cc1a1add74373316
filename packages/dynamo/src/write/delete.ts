import { classifyStoredItem } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import { countIdAttribute, fenceAttribute, isSameState, type StoredItem, versionOf } from '../entity/entity.js';
import { type EntityDefinition, isInScope, isPresent, isTombstone } from '../entity/entity-definition.js';
import { ConditionFailedError, EntityNotFoundError, VersionConflictError } from '../errors.js';
import { type CheckedCondition, checkedConditions } from '../expressions/checked-conditions.js';
import {
  absentOrWithout,
  blindDeleteExpressions,
  guardExpressions,
  isAbsent,
} from '../expressions/update-expression.js';
import { checkedVersion, type VersionOption } from '../options.js';
import { getItem } from '../read/get-item.js';
import { dependOnCounters } from './count.js';
import { isFenced, oldestFence, tombstoneOf } from './fence.js';
import { keepDeletion } from './keep-version.js';
import {
  applied,
  checkAction,
  failed,
  indeterminate,
  metItem,
  noteWritten,
  type PendingWrite,
  type WriteStep,
} from './pending-write.js';
import { claimsOf, flipForeign, releaseClaims } from './unique-claims.js';

/** One delete: nothing about it changes from attempt to attempt. */
interface PreparedDelete {
  readonly id: string;
  readonly expectedVersion: number | undefined;
  readonly conditions: readonly CheckedCondition[];
  readonly sentAt: number;
  /** In a transaction an absent entity is checked to be absent still. */
  readonly isPart: boolean;
  /** In a transaction: an entity that is absent or has expired is an error. */
  readonly mustExist: boolean;
}

/** The rules of a delete; the types of `if` end at the model. */
export interface AnyDeleteOptions extends VersionOption {
  readonly if?: object | undefined;
  readonly mustExist?: boolean | undefined;
}

/**
 * Returns the delete of one entity with its claims; its result: whether the entity existed. Without claims or kept versions it is not read before.
 * @throws TypeError for conditions that are none
 */
export async function deleting(
  session: Session,
  id: string,
  options: AnyDeleteOptions,
  isPart = false,
): Promise<WriteStep<boolean>> {
  const expectedVersion = checkedVersion(options);
  const conditions = options.if === undefined ? [] : checkedConditions(options.if, session.definition);
  const mustExist = isPart && options.mustExist === true;
  const prepared = { id, expectedVersion, conditions, sentAt: Date.now(), isPart, mustExist };
  if (!isPart && !mustReadToDelete(session.definition)) return blindDelete(session, prepared);
  return deleteStored(session, prepared, await getItem(session.call, id, true));
}

/** True where a delete depends on what is stored: claims, or a version to keep. */
export const mustReadToDelete = ({ unique, keepsHistory }: EntityDefinition): boolean =>
  unique.length > 0 || keepsHistory;

/** Returns the delete of an item that was read by a batch. */
export const deletingStored = (session: Session, stored: StoredItem): WriteStep<boolean> =>
  deleteStored(
    session,
    {
      ...{ id: stored.id, expectedVersion: undefined, conditions: [] },
      ...{ sentAt: Date.now(), isPart: false, mustExist: false },
    },
    stored,
  );

/** True where there is something to delete: an item of the scope that is no tombstone; an expired one too. */
const isDeletable = (definition: EntityDefinition, item: StoredItem | undefined): item is StoredItem =>
  item !== undefined && !isTombstone(item) && isInScope(definition, item);

/** A blind delete: one DeleteItem without a prior read. A retry that finds nothing returns true, since an earlier attempt may have deleted it. */
function blindDelete(session: Session, prepared: PreparedDelete): PendingWrite<boolean> {
  const { id, expectedVersion, conditions, sentAt } = prepared;
  const { definition } = session;
  const request = {
    TableName: session.call.connection.tableName,
    Key: { id },
    ...blindDeleteExpressions(oldestFence(), {
      version: expectedVersion,
      createdBefore: new Date(sentAt).toISOString(),
      values: definition.scope,
      conditions,
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  return {
    is: 'pending',
    id,
    sentAt,
    actions: [{ Delete: request }],
    bytes: 0,
    returns: 'ALL_OLD',
    comparesState: false,
    onCommitted: (returned, abandoned) => {
      const deleted = returned as StoredItem | undefined; // nothing within a transaction, where the scope says that there was an entity
      if (!deleted && definition.scope) return noteDeleted(session, id);
      return isDeletable(definition, deleted) ? noteDeleted(session, id, deleted) : absent(session, id, abandoned);
    },
    onConditionFailed: (failedConditions, abandoned) => {
      const met = metItem(failedConditions);
      if (!isDeletable(definition, met)) return applied(absent(session, id, abandoned));
      const next = deleteStored(session, prepared, met, abandoned);
      // of all conditions only the caller's can have failed
      return next.is === 'pending' && !isFenced(met) ? (afterIf(prepared, abandoned) ?? next) : next;
    },
  };
}

/**
 * Returns the delete of an item as it was read: under its unique values, so that no claim outlives it, with the claims that are its own.
 * @param abandoned an earlier attempt may have been applied
 * @param foreign ids of claims of other entities, to be left alone as long as they are not the entity's own
 */
function deleteStored(
  session: Session,
  prepared: PreparedDelete,
  stored: StoredItem | undefined,
  abandoned = false,
  foreign: readonly string[] = [],
): WriteStep<boolean> {
  const { call, definition } = session;
  const { id, expectedVersion, conditions, sentAt, mustExist } = prepared;
  if (mustExist && !isPresent(definition, stored)) {
    return failed(new EntityNotFoundError(definition.name, id.slice(definition.prefix.length)));
  }
  if (!isDeletable(definition, stored))
    return prepared.isPart ? stillAbsent(session, prepared, stored) : applied(absent(session, id, abandoned));
  const preparedAt = new Date(sentAt).toISOString();
  const judgement = classifyStoredItem(stored, { expectedVersion, abandoned, preparedAt });
  if (judgement === 'indeterminate') return indeterminate();
  if (judgement === 'conflict') return failed(new VersionConflictError(expectedVersion as number, versionOf(stored)));
  const TableName = call.connection.tableName;
  const unique = Object.fromEntries(definition.uniqueAttributes.map((attribute) => [attribute, stored[attribute]]));
  // a count leaves the state as it is, and may decide on conditions
  const counts = dependOnCounters(definition, conditions) ? { [countIdAttribute]: stored[countIdAttribute] } : {};
  const values = { ...unique, ...definition.scope, ...counts, [fenceAttribute]: stored[fenceAttribute] };
  const state = definition.keepsHistory ? stored : undefined; // a version written since would be lost to the deletion
  const own = {
    TableName,
    ...guardExpressions({
      state,
      version: expectedVersion,
      values,
      conditions,
      expiry: mustExist ? definition.expiry : undefined,
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const claims = claimsOf(definition, stored);
  const kept = keepDeletion(session, stored);
  return {
    is: 'pending',
    id,
    sentAt,
    actions: [
      isFenced(stored)
        ? { Put: { ...own, Item: tombstoneOf(definition, id, stored) } }
        : { Delete: { ...own, Key: { id } } },
      ...releaseClaims(TableName, claims, id, foreign),
      ...kept.actions,
    ],
    bytes: kept.bytes,
    comparesState: state !== undefined,
    onCommitted: () => noteDeleted(session, id, stored),
    onConditionFailed(failedConditions, isAbandoned) {
      const met = failedConditions.has(0) ? metItem(failedConditions) : stored;
      const next = deleteStored(session, prepared, met, isAbandoned, flipForeign(foreign, claims, failedConditions, 1));
      const isUnchanged =
        met &&
        failedConditions.has(0) &&
        Object.keys(values).every((name) => met[name] === stored[name]) &&
        (!state || isSameState(state, met));
      return next.is === 'pending' && isUnchanged ? (afterIf(prepared, isAbandoned) ?? next) : next;
    },
  };
}

/** Returns the step after the caller's conditions failed; undefined where there are none. */
function afterIf({ conditions }: PreparedDelete, abandoned: boolean): WriteStep<boolean> | undefined {
  if (conditions.length === 0) return undefined;
  if (abandoned) return indeterminate(); // what was deleted may have been created anew
  return failed(new ConditionFailedError(conditions.flatMap(({ attributes }) => attributes)));
}

function noteDeleted(session: Session, id: string, stored?: StoredItem): true {
  noteWritten(session, id, stored ? { versionBefore: versionOf(stored) } : {});
  return true;
}

/** Returns whether an earlier attempt may have deleted an entity that is absent. */
function absent(session: Session, id: string, abandoned: boolean): boolean {
  if (abandoned) noteWritten(session, id, {});
  return abandoned;
}

/**
 * A part of a transaction that finds nothing to delete: checks that there is still nothing.
 * @param found a tombstone; within a scope, also an entity of another one
 */
function stillAbsent(session: Session, prepared: PreparedDelete, found: StoredItem | undefined): PendingWrite<boolean> {
  const { id, sentAt } = prepared;
  const { scope } = session.definition;
  const isFencedSince = Number(found?.[fenceAttribute]) >= sentAt;
  const state = found && (!scope || isFencedSince) ? found : undefined;
  const isNothing = scope ? absentOrWithout(scope, sentAt) : { ConditionExpression: isAbsent };
  return {
    is: 'pending',
    id,
    sentAt,
    actions: [checkAction(session, id, state ? guardExpressions({ state }) : isNothing)],
    bytes: 0,
    comparesState: state !== undefined, // an absence can come back
    onCommitted: () => false,
    onConditionFailed: (conditions) => deleteStored(session, prepared, metItem(conditions)),
  };
}
