import type { Call } from './call.js';
import { claimRefused } from './create.js';
import { type Attributes, isIndexKey, type StoredItem, versionOf, writeIdAttribute } from './entity.js';
import { type EntityKind, isExpired } from './entity-kind.js';
import {
  ConditionFailedError,
  EntityNotFoundError,
  InvalidItemError,
  VersionConflictError,
  WriteOutcomeUnknownError,
} from './errors.js';
import { checkDeclaration, indexKeys, keysToRemove } from './index-keys.js';
import { checkExpiry, checkSize, measure, measureStored } from './item-rules.js';
import { merged } from './merged.js';
import { judgeStored } from './outcome.js';
import { type AnyUpdateOptions, prepareUpdate, type Update, writtenNames } from './prepared-update.js';
import { getItem } from './read.js';
import {
  type Claim,
  claimHeld,
  claimsHeld,
  freeClaims,
  putClaim,
  refuseUnclaimed,
  sparedNow,
} from './unique-claims.js';
import { updateExpressions } from './update-expression.js';
import { commit, isAnswer, type Step, type Write } from './write.js';

/**
 * Changes one item: a single request where no key and no claim can be concerned, else read, compute, write under the version read.
 * @returns the item as it is then, or null where there is none
 */
export async function updateItem(
  call: Call,
  kind: EntityKind,
  id: string,
  changes: object,
  options: AnyUpdateOptions,
): Promise<StoredItem | null> {
  const update = prepareUpdate(kind, id, changes, options);
  if (update.isEmpty || mustRead(kind, update)) return commit(call, await updatingRead(call, kind, update));
  const write = updatingUnread(call, kind, update);
  try {
    return await commit(call, write);
  } catch (error) {
    if (write.isOnce && error instanceof WriteOutcomeUnknownError) {
      const stored = await getItem(call, id, true).catch(() => undefined);
      if (stored?.[writeIdAttribute] === update.writeId) return stored; // it was counted
    }
    throw error;
  }
}

/** The update of an item as a part of a transaction, which gives nothing back: so the item is read in any case. */
export const updating = (call: Call, kind: EntityKind, id: string, changes: object, options: AnyUpdateOptions) =>
  updatingRead(call, kind, prepareUpdate(kind, id, changes, options, true));

/** Kinds whose declaration held; the dry run would say the same each time. */
const declarationHolds = new WeakSet<EntityKind>();

/** True where an index key or a claim may depend on what changes. */
function mustRead(kind: EntityKind, update: Update): boolean {
  const { indexed, unique, expiry } = kind;
  if (!indexed) return true;
  if (!declarationHolds.has(kind)) {
    checkDeclaration(kind.setGSIKeys, indexed);
    declarationHolds.add(kind);
  }
  if (expiry !== undefined && expiry in update.increment) return true;
  const ofClaims = unique.length > 0 && expiry !== undefined ? [...unique, expiry] : unique;
  return ['version', ...writtenNames(update)].some((name) => indexed.includes(name) || ofClaims.includes(name));
}

/** One UpdateItem without a look: under the expected version if there is one, and never twice for one call while nobody wrote in between. */
function updatingUnread(call: Call, kind: EntityKind, update: Update): Write<StoredItem | null> {
  const { id, expectedVersion, increment, conditions, writeId } = update;
  const guard = { version: expectedVersion, notWrittenBy: writeId, conditions, increment, expiry: kind.expiry };
  const request = {
    TableName: call.connection.tableName,
    Key: { id },
    ...updateExpressions(update, guard),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  return {
    actions: [{ Update: request }],
    bytes: 0,
    returns: 'ALL_NEW',
    isOnce: expectedVersion === undefined && Object.keys(increment).length > 0,
    done: (_, returned) => returned as StoredItem,
    refused(call, refused) {
      const met = refused.get(0) as StoredItem;
      // what is left is an attribute that does not count as it is: null, say, or no number
      return settle(call, kind, update, met) ?? updatingStored(call, kind, update, met);
    },
  };
}

/** The answer that the item met by a failed condition gives; undefined: the update starts over from it. */
function settle(
  call: Call,
  kind: EntityKind,
  update: Update,
  stored: Attributes | undefined,
  readVersion?: number,
): { answer: StoredItem | null } | undefined {
  if (!stored || isExpired(kind, stored)) return absent(kind, update);
  const { writeId, expectedVersion, conditions, increment } = update;
  const attributes = conditions.map(({ attribute }) => attribute);
  const isAsRead = versionOf(stored) === readVersion; // then we cannot have written
  const isConditional = attributes.length > 0 && (readVersion === undefined || isAsRead);
  const isRepeat = call.isRepeat && !isAsRead;
  switch (judgeStored(stored, { writeId, expectedVersion, isRepeat, isConditional })) {
    case 'done':
      return { answer: stored as StoredItem };
    case 'conflict':
      throw new VersionConflictError(expectedVersion as number, versionOf(stored));
    case 'refused':
      countedUp(kind, update, stored); // throws where that is why
      // unread, null does not count either, whatever was asked: from the item as it is, the database says
      if (readVersion === undefined && Object.keys(increment).some((name) => stored[name] === null)) return undefined;
      throw new ConditionFailedError(attributes);
    case 'unknown':
      throw new WriteOutcomeUnknownError();
    default:
      return undefined;
  }
}

async function updatingRead(call: Call, kind: EntityKind, update: Update): Promise<Step<StoredItem | null>> {
  const stored = await getItem(call, update.id, true);
  const step = updatingStored(call, kind, update, stored);
  if (!isAnswer(step))
    await refuseUnclaimed(call, kind, claimMoves(kind, update, stored as StoredItem).taken, update.typed, update.id);
  return step;
}

/**
 * Keys and claims computed from an item as it was read, written under its version; over again from the item met where somebody else came first.
 * @param spared ids of claims of others, met on the way out: left alone, as long as they are not its own
 */
function updatingStored(
  call: Call,
  kind: EntityKind,
  update: Update,
  stored: StoredItem | undefined,
  spared: readonly string[] = [],
): Step<StoredItem | null> {
  if (!stored || isExpired(kind, stored)) return absent(kind, update);
  const { id, expectedVersion, conditions } = update;
  const version = versionOf(stored);
  if (expectedVersion !== undefined && version !== expectedVersion)
    throw new VersionConflictError(expectedVersion, version);
  if (update.isEmpty) return { answer: stored };
  const next = nextItem(kind, update, stored);
  const { taken, freed } = claimMoves(kind, update, stored);
  const TableName = call.connection.tableName;
  const request = {
    TableName,
    Key: { id },
    ...updateExpressions(next, { version, conditions }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  return {
    actions: [
      { Update: request },
      ...taken.map((claim) => putClaim(TableName, kind, claim, next.item)),
      ...freeClaims(TableName, freed, id, spared),
    ],
    bytes: next.bytes,
    done: () => next.item,
    refused(call, refused) {
      // the entity first, since all else was computed from it; then the claims to take, then those to free
      if (!refused.has(0)) {
        if (taken.some((_, i) => refused.has(1 + i))) throw claimRefused(taken, refused, 1);
        const sparedNext = sparedNow(spared, freed, refused, 1 + taken.length);
        return updatingStored(call, kind, update, stored, sparedNext);
      }
      const met = refused.get(0) as StoredItem;
      const settled = settle(call, kind, update, met, version);
      if (settled) return settled;
      if (call.isRepeat && versionOf(met) > version + 1) {
        // our first try may have been stored and written over: it goes on top (last writer wins), but nothing is counted twice
        if (Object.keys(update.increment).length > 0) throw new WriteOutcomeUnknownError();
        call.mayHaveWritten = true;
      }
      return updatingStored(call, kind, update, met, spared);
    },
  };
}

function absent(kind: EntityKind, { id, isPart }: Update): { answer: null } {
  if (isPart) throw new EntityNotFoundError(kind.name, id.slice(kind.prefix.length));
  return { answer: null };
}

/** The item after the update, and what the request must do to get there. */
function nextItem(kind: EntityKind, update: Update, stored: StoredItem) {
  const set = merged(update.set, countedUp(kind, update, stored));
  const entity: Attributes = {};
  for (const name of Object.keys(stored)) {
    if (!isIndexKey(name) && !update.remove.includes(name)) entity[name] = stored[name];
  }
  Object.assign(entity, set, { version: versionOf(stored) + 1 });
  const { [writeIdAttribute]: _, ...visible } = entity;
  const keys = indexKeys(kind.setGSIKeys, { ...visible, id: stored.id.slice(kind.prefix.length) }, kind.indexed);
  const item = merged(entity, keys) as StoredItem;
  const moved = Object.fromEntries(Object.entries(keys).filter(([name, key]) => stored[name] !== key));
  const untouched = Object.fromEntries(Object.entries(entity).filter(([name]) => !(name in set)));
  return {
    item,
    bytes: checkSize(measure(merged(set, keys)) + measureStored(untouched)),
    set: merged(set, moved),
    remove: [...update.remove, ...keysToRemove(stored, keys)],
  };
}

/** What is counted up, from the values of an item. @throws InvalidItemError for one that is no number, or would be none that is exact */
function countedUp(kind: EntityKind, { increment }: Update, stored: Attributes): Attributes {
  const counted: Attributes = {};
  for (const [name, by] of Object.entries(increment)) {
    const from = stored[name] ?? (name === kind.expiry ? undefined : 0);
    if (typeof from === 'bigint') throw new InvalidItemError(name, 'unsafe integer');
    if (typeof from !== 'number') throw new InvalidItemError(name, 'no counter');
    counted[name] = from + by;
  }
  measure(counted);
  checkExpiry(kind.expiry, counted);
  return counted;
}

/** The claims that the update takes and frees. A value that stays the same once normalised touches none, but for a new time of expiry. */
function claimMoves(kind: EntityKind, update: Update, stored: StoredItem) {
  const changing = writtenNames(update);
  const changed = kind.unique.filter((attribute) => changing.includes(attribute));
  const held = changed.flatMap((attribute) => claimHeld(kind, stored, attribute) ?? []);
  const isIn = (list: readonly Claim[], { id }: Claim) => list.some((claim) => claim.id === id);
  const kept =
    kind.expiry !== undefined && changing.includes(kind.expiry)
      ? claimsHeld(kind, stored).filter((claim) => !isIn(held, claim) || isIn(update.wanted, claim))
      : [];
  return {
    taken: [...update.wanted.filter((claim) => !isIn(held, claim)), ...kept],
    freed: held.filter((claim) => !isIn(update.wanted, claim)),
  };
}
