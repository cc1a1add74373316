import type { Session } from '../call/model-calls.js';
import { type Attributes, isIndexKey, isInternalAttribute, type StoredItem, versionOf } from '../entity/entity.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import { keysToRemove } from '../entity/index-keys.js';
import { checkExpiry, checkSize, measure, measureStored } from '../entity/item-validation.js';
import { storedKeys } from '../entity/stored-keys.js';
import { attributesAfter, operationsOn } from '../expressions/operations.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { shallowMerge } from '../shallow-merge.js';
import { type PreparedUpdate, writtenNames } from './prepare-update.js';
import { type Claim, claimFor, claimOf, claimsOf, hasAllClaims } from './unique-claims.js';

/** Returns the item after an update, and the assignments that lead there. @throws InvalidItemError, ItemTooLargeError */
export function nextItem(definition: EntityDefinition, update: PreparedUpdate, stored: StoredItem) {
  const entity = entityAfter(definition, update, stored);
  entity.version = versionOf(stored) + 1;
  const visible: Attributes = { id: stored.id.slice(definition.prefix.length) };
  for (const name of Object.keys(entity)) if (name !== 'id' && !isInternalAttribute(name)) visible[name] = entity[name];
  const keys = storedKeys(definition, visible, stored);
  const moved = Object.fromEntries(Object.entries(keys).filter(([name, key]) => stored[name] !== key));
  const untouched = Object.fromEntries(Object.entries(entity).filter(([name]) => !(name in update.set)));
  return {
    item: shallowMerge(entity, keys) as StoredItem,
    bytes: checkSize(measure(shallowMerge(update.set, keys)) + measureStored(untouched)),
    set: shallowMerge(update.set, moved),
    remove: [...update.remove, ...keysToRemove(stored, keys)],
    operations: operationsOn(update.operations, stored, entity),
  };
}

/**
 * Returns the attributes of an item after an update, without index keys.
 * @throws InvalidItemError for an item to which an operation cannot be applied
 */
export function entityAfter({ expiry }: EntityDefinition, update: PreparedUpdate, stored: StoredItem): Attributes {
  const entity: Attributes = {};
  for (const name of Object.keys(stored)) {
    if (!isIndexKey(name) && !update.remove.includes(name)) entity[name] = stored[name];
  }
  Object.assign(entity, update.set);
  for (const [name, value] of Object.entries(attributesAfter(update.operations, stored))) {
    if (name === expiry && (stored[name] ?? undefined) === undefined) throw new InvalidItemError(name, 'no counter');
    if (value === undefined) delete entity[name];
    else entity[name] = value;
  }
  if (update.operations.length > 0) checkExpiry(expiry, entity);
  return entity;
}

/** What an update does to the claims of an entity. */
export interface ClaimChanges {
  /** Claims on new values: the update fails where another entity holds one. */
  readonly acquired: readonly Claim[];
  /** Claims on values that it has already, to be written with a new expiry, or for the first time in a table with older data. */
  readonly kept: readonly Claim[];
  readonly released: readonly Claim[];
}

const isIn = (list: readonly Claim[], { id }: Claim) => list.some((claim) => claim.id === id);

/**
 * Compares the claims of an item before and after an update. A value that stays equal once normalised touches no claim, with two exceptions: a
 * new expiry, which its claims share, and a table without the marker, where the claim may be missing.
 * @param foreign ids of claims that were found to belong to another entity, as older data has them
 */
export async function claimChanges(
  { call, definition }: Session,
  update: PreparedUpdate,
  stored: StoredItem,
  foreign: readonly string[],
): Promise<ClaimChanges> {
  const changing = writtenNames(update);
  const changed = definition.unique.filter(({ attributes }) => attributes.some((name) => changing.includes(name)));
  const after = changed.length > 0 ? entityAfter(definition, update, stored) : {};
  const wanted = changed.flatMap((unique) => claimFor(definition, unique, after) ?? []);
  const held = changed.flatMap((unique) => claimOf(definition, unique, stored) ?? []);
  const isExpiryChanged = definition.expiry !== undefined && changing.includes(definition.expiry);
  const mayLackClaims = definition.findLegacyOwner && held.length > 0 && !(await hasAllClaims(call));
  const renewed = isExpiryChanged ? claimsOf(definition, stored) : mayLackClaims ? held : [];
  const released = held.filter((claim) => !isIn(wanted, claim));
  return {
    acquired: wanted.filter((claim) => !isIn(held, claim)),
    kept: renewed.filter((claim) => !isIn(released, claim) && !foreign.includes(claim.id)),
    released,
  };
}
