import { classifyStoredItem, type FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import { countIdAttribute, fenceAttribute, isSameState, type StoredItem, versionOf } from '../entity/entity.js';
import { type EntityDefinition, isInScope, isPresent, isTombstone } from '../entity/entity-definition.js';
import { checkDeclaration } from '../entity/index-keys.js';
import { ConditionFailedError, VersionConflictError } from '../errors.js';
import { areAccepted } from '../expressions/operations.js';
import { operators } from '../expressions/operators.js';
import { type Assignments, guardExpressions, isTooWide, updateExpressions } from '../expressions/update-expression.js';
import { getItem } from '../read/get-item.js';
import { blindRequest } from './blind-request.js';
import { acquireClaims, evictions, remainingTakeovers, type Takeover, takeoversOf } from './claim-takeover.js';
import { commit } from './commit.js';
import { count, countRead, dependOnCounters } from './count.js';
import { keepVersion } from './keep-version.js';
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
import {
  type AnyUpdateOptions,
  absent,
  isNonIdempotent,
  type PreparedUpdate,
  prepareUpdate,
  presentFor,
  writtenNames,
} from './prepare-update.js';
import { flipForeign, rejectUnclaimed, releaseClaims } from './unique-claims.js';
import { type ClaimChanges, claimChanges, entityAfter, nextItem } from './update-effects.js';

/**
 * Updates one item: by a single request where no key and no claim can be concerned, else by read, compute, and write under the state read.
 * @returns the item after the update, or null where there is none
 */
export async function updateItem(session: Session, update: PreparedUpdate): Promise<StoredItem | null> {
  if (update.isCount) return commit(session, count(session, update));
  const isBlind = !update.isEmpty && !mustRead(session.definition, update);
  return commit(session, isBlind ? blindUpdate(session, update) : await readModifyWrite(session, update));
}

/**
 * Returns the update of an item as a part of a transaction. A transaction returns no item, so it is read before, unless the caller needs none
 * and no key and no claim is concerned.
 */
export async function updating(
  session: Session,
  id: string,
  changes: object,
  options: AnyUpdateOptions & { readonly returns?: 'none' | undefined },
): Promise<WriteStep<StoredItem | null>> {
  const update = await prepareUpdate(session.definition, id, changes, options, true);
  if (update.isCount) return options.returns === 'none' ? count(session, update) : countRead(session, update);
  const isBlind = options.returns === 'none' && !update.isEmpty && !mustRead(session.definition, update);
  return isBlind ? blindUpdate(session, update) : readModifyWrite(session, update);
}

/** Those of the models whose declaration was checked; the dry run would say the same each time. */
const checkedDeclarations = new WeakSet<EntityDefinition['setGSIKeys']>();

/** The conditions of more operations may exceed DynamoDB's limits of an expression. */
const maxGuarded = 20;

/** True where an index key or a claim may depend on what changes, or the expression would be too long. */
function mustRead(definition: EntityDefinition, update: PreparedUpdate): boolean {
  const { indexed, uniqueAttributes: unique, expiry } = definition;
  if (!indexed || definition.keepsHistory) return true;
  if (!checkedDeclarations.has(definition.setGSIKeys)) {
    checkDeclaration(definition.setGSIKeys, indexed);
    checkedDeclarations.add(definition.setGSIKeys);
  }
  const { operations } = update;
  if (operations.length > maxGuarded || operations.some(({ names }) => names[0] === expiry)) return true;
  const ofClaims = unique.length > 0 && expiry !== undefined ? [...unique, expiry] : unique;
  const isConcerned = (name: string) => indexed.includes(name) || ofClaims.includes(name);
  return isConcerned('version') || writtenNames(update).some(isConcerned) || isTooWide(update);
}

/** A blind update: one UpdateItem without a prior read. */
function blindUpdate(session: Session, update: PreparedUpdate): PendingWrite<StoredItem | null> {
  return blindRequest(session, update, {
    onCommitted: (returned) => updated(session, update.id, returned as StoredItem),
    onConditionFailed: (conditions, abandoned) =>
      resolveConditionFailure(session, update, metItem(conditions), abandoned),
  });
}

/** Each write increases the version by one. A part of a transaction that was not read returns no item. */
function updated(session: Session, id: string, item: StoredItem): StoredItem {
  const versionAfter = (item as StoredItem | undefined) && versionOf(item);
  noteWritten(session, id, versionAfter === undefined ? {} : { versionBefore: versionAfter - 1, versionAfter });
  return item;
}

/** Reads the item, unless it is given as `read`, then writes what was computed from it under the state that was read. */
export async function readModifyWrite(
  session: Session,
  update: PreparedUpdate,
  read?: StoredItem,
): Promise<WriteStep<StoredItem | null>> {
  const { call, definition } = session;
  const stored = read ?? (await getItem(call, update.id, true));
  if (isPresent(definition, stored) && !update.isEmpty) {
    const { acquired } = await claimChanges(session, update, stored, []);
    await rejectUnclaimed(session, acquired, update.rawInput, update.id);
  }
  return modifyStored(session, update, stored);
}

/** How an earlier rejection of the same update bears on the next attempt. */
interface Progress {
  /** Ids of claims of other entities, to be left alone as long as they are not the entity's own. */
  readonly foreign?: readonly string[];
  readonly takeovers?: readonly Takeover[];
}

/** Returns the update of an item as it was read, with the keys and claims that follow from it. */
async function modifyStored(
  session: Session,
  update: PreparedUpdate,
  stored: StoredItem | undefined,
  progress: Progress = {},
): Promise<WriteStep<StoredItem | null>> {
  const { definition, call } = session;
  if (!isPresent(definition, stored)) return absent(definition, update);
  const { id, expectedVersion, conditions, stamp, sentAt } = update;
  const version = versionOf(stored);
  if (expectedVersion !== undefined && version !== expectedVersion) {
    return failed(new VersionConflictError(expectedVersion, version));
  }
  if (update.isEmpty) return update.isPart ? unchanged(session, update, stored) : applied(stored);
  const next = nextItem(definition, update, stored);
  const { foreign = [], takeovers = [] } = progress;
  const changes = await claimChanges(session, update, stored, foreign);
  const TableName = call.connection.tableName;
  const kept = keepVersion(session, next.item);
  const comparesCounts = dependsOnCounts(definition, update, next);
  const counts = comparesCounts && { [countIdAttribute]: stored[countIdAttribute] };
  const guard = { state: stored, values: counts ? { ...definition.scope, ...counts } : definition.scope, conditions };
  const isUncertain = update.operations.length > 0 || definition.counters.length > 0;
  const conditionFailure = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  return {
    is: 'pending',
    id,
    stamp,
    sentAt,
    actions: [
      isTooWide(next)
        ? { Put: { TableName, Item: next.item, ...guardExpressions(guard), ...conditionFailure } }
        : { Update: { TableName, Key: { id }, ...updateExpressions(next, guard), ...conditionFailure } },
      ...acquireClaims(session, changes.acquired, next.item, takeovers),
      ...acquireClaims(session, changes.kept, next.item, []),
      ...releaseClaims(TableName, changes.released, id, foreign),
      ...evictions(session, takeovers),
      ...kept.actions,
    ],
    bytes: next.bytes + kept.bytes,
    ...(isUncertain && { returns: 'ALL_NEW' }), // others may count; a decimal of more digits than a number is rounded once only
    comparesState: true,
    onCommitted: (returned) => updated(session, id, (returned as StoredItem | undefined) ?? next.item),
    onConditionFailed: (failedConditions, abandoned) =>
      failedConditions.has(0)
        ? resolveConditionFailure(session, update, metItem(failedConditions), abandoned, stored, comparesCounts)
        : resolveClaimFailure(session, update, stored, changes, progress, failedConditions),
  };
}

/** True where the write would overwrite counts made since the read, or has conditions on counters. */
const dependsOnCounts = (definition: EntityDefinition, { conditions }: PreparedUpdate, next: Assignments): boolean =>
  definition.counters.length > 0 &&
  (isTooWide(next) || dependOnCounters(definition, conditions) || setsCounter(definition, next));

/** True where a counter that is null is set to the sum. */
const setsCounter = ({ counters }: EntityDefinition, { operations = [] }: Assignments): boolean =>
  operations.some(({ operator, path }) => operator === operators.set && counters.includes(path));

/** Returns the next step after the entity's own condition failed. @param read the item from which the update was computed */
function resolveConditionFailure(
  session: Session,
  update: PreparedUpdate,
  met: StoredItem | undefined,
  abandoned: boolean,
  read?: StoredItem,
  comparesCounts = false,
): WriteStep<StoredItem | null> | Promise<WriteStep<StoredItem | null>> {
  const { stamp, expectedVersion, conditions, sentAt } = update;
  const preparedAt = new Date(sentAt).toISOString();
  const isOfScope = met && (isTombstone(met) || isInScope(session.definition, met));
  const judgement =
    isOfScope && classifyStoredItem(met, { writeId: stamp.id, expectedVersion, abandoned, preparedAt, read });
  if (met && judgement === 'applied')
    return isTombstone(met) ? indeterminate() : applied(updated(session, update.id, met)); // deleted since: what it returned is lost
  if (!isPresent(session.definition, met)) return abandoned ? indeterminate() : absent(session.definition, update);
  if (judgement === 'indeterminate') return indeterminate();
  if (judgement === 'conflict') return failed(new VersionConflictError(expectedVersion as number, versionOf(met)));
  if (abandoned && isNonIdempotent(update) && !isBeforeOurs(read, met)) return indeterminate();
  if (conditions.length > 0 && (read ? isSameState(read, met, comparesCounts) : holdsAllElse(session, update, met))) {
    return failed(new ConditionFailedError(conditions.flatMap(({ attributes }) => attributes)));
  }
  return modifyStored(session, update, met);
}

/** True where a write computed from `read` cannot have been applied: at most one other write has followed. */
const isBeforeOurs = (read: StoredItem | undefined, met: StoredItem): boolean =>
  read !== undefined && met.createdAt === read.createdAt && versionOf(met) <= versionOf(read) + 1;

/** True where of all conditions of a blind update only the caller's can have failed. @throws InvalidItemError where an operation cannot be applied */
function holdsAllElse({ definition }: Session, update: PreparedUpdate, met: StoredItem): boolean {
  entityAfter(definition, update, met);
  const present = presentFor(definition, update);
  if (present !== undefined && met[present] === undefined) return false;
  return areAccepted(update.operations, met) && !(Number(met[fenceAttribute]) >= update.sentAt);
}

async function resolveClaimFailure(
  session: Session,
  update: PreparedUpdate,
  stored: StoredItem,
  { acquired, released, kept }: ClaimChanges,
  { foreign = [], takeovers = [] }: Progress,
  conditions: FailedConditions,
): Promise<WriteStep<StoredItem | null>> {
  const firstKept = 1 + acquired.length;
  const firstReleased = firstKept + kept.length;
  const next = acquired.some((_, i) => conditions.has(1 + i))
    ? await takeoversOf(session, acquired, conditions, 1)
    : remainingTakeovers(session, takeovers, conditions, firstReleased + released.length);
  if (next instanceof Error) return failed(next);
  const foreignKept = flipForeign(foreign, kept, conditions, firstKept);
  const progress = { foreign: flipForeign(foreignKept, released, conditions, firstReleased), takeovers: next };
  return modifyStored(session, update, stored, progress);
}

/** A part of a transaction that changes nothing: checks that the entity is still as it was read. */
const unchanged = (session: Session, update: PreparedUpdate, stored: StoredItem): PendingWrite<StoredItem | null> => ({
  is: 'pending',
  id: update.id,
  sentAt: update.sentAt,
  actions: [checkAction(session, update.id, guardExpressions({ state: stored, values: session.definition.scope }))],
  bytes: 0,
  comparesState: true,
  onCommitted: () => stored,
  onConditionFailed: (conditions) => modifyStored(session, update, metItem(conditions)),
});
