import type { Call } from '../call/call.js';
import type { FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import type { Attributes, StoredItem } from '../entity/entity.js';
import { type EntityDefinition, isPresent, type Unique } from '../entity/entity-definition.js';
import { maxPartitionKeyBytes, storedId } from '../entity/entity-id.js';
import { UniqueConstraintError } from '../errors.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { getItem } from '../read/get-item.js';
import { shallowMerge } from '../shallow-merge.js';
import type { Action } from './pending-write.js';

/** Id of the marker item. Its presence means that every unique value in the table has a claim, so the legacy look-up can be skipped. */
export const claimsCompleteMarkerId = 'UNIQUE#';

/** The claim that an entity holds, or wants, on one value of a unique attribute, or of a combination of them. */
export interface Claim {
  /** `email`, or `orgId+key`. */
  readonly attribute: string;
  /** The value as text; the values of a combination as a JSON array. */
  readonly value: string;
  readonly id: string;
}

const isAbsentOrMine = 'attribute_not_exists(id) OR ownerId = :owner';
const isAbsentOrForeign = 'attribute_not_exists(id) OR ownerId <> :owner';

/** Returns the beginning of the ids of all claims on an attribute; the value follows. */
export const claimPrefix = (definition: { prefix: string }, attribute: string) =>
  `${claimsCompleteMarkerId}${definition.prefix}${attribute}#`;

/**
 * Returns the claim on the value that attributes have; undefined where it, or an element of a combination, is absent.
 * @throws InvalidItemError for an empty value, or one too long for a key
 */
export function claimFor(definition: EntityDefinition, unique: Unique, attributes: Attributes): Claim | undefined {
  const { name, attributes: names } = unique;
  const values = names.map((attribute) => attributes[attribute]);
  if (values.some((value) => value === undefined || value === null)) return undefined;
  const normalised = names.map((attribute, i) => normalisedValue(definition, attribute, values[i]));
  const isSingle = names.length === 1;
  const id = claimPrefix(definition, name) + (isSingle ? normalised[0] : JSON.stringify(normalised));
  if (Buffer.byteLength(id) > maxPartitionKeyBytes) throw new InvalidItemError(name, 'pk over 2,048 bytes');
  return { attribute: name, value: isSingle ? String(values[0]) : JSON.stringify(values.map(String)), id };
}

function normalisedValue(definition: EntityDefinition, attribute: string, value: unknown): string {
  const normalised = definition.normaliseUnique(attribute, value);
  if (normalised === '') throw new InvalidItemError(attribute, 'empty value');
  if (!normalised.isWellFormed()) throw new InvalidItemError(attribute, 'invalid Unicode');
  return normalised;
}

/** As {@link claimFor}, for a stored item: an odd old value, which no claim can represent, has none. */
export function claimOf(definition: EntityDefinition, unique: Unique, item: Attributes): Claim | undefined {
  try {
    return claimFor(definition, unique, item);
  } catch (error) {
    if (error instanceof InvalidItemError) return undefined;
    throw error;
  }
}

/** Returns all claims of a stored item. */
export const claimsOf = (definition: EntityDefinition, item: Attributes): Claim[] =>
  definition.unique.flatMap((unique) => claimOf(definition, unique, item) ?? []);

/** Returns the action that acquires a claim for an entity. It carries the entity's expiry, so that time to live removes both. */
export function acquireClaim(
  TableName: string,
  { expiry }: EntityDefinition,
  { id }: Claim,
  owner: StoredItem,
  previousOwnerId?: string,
): Action {
  const put = {
    TableName,
    Item: { id, ownerId: owner.id } as Attributes,
    ConditionExpression: previousOwnerId === undefined ? isAbsentOrMine : `${isAbsentOrMine} OR ownerId = :previous`,
    ExpressionAttributeValues: { ':owner': owner.id } as Attributes,
  };
  if (previousOwnerId !== undefined) put.ExpressionAttributeValues[':previous'] = previousOwnerId;
  if (expiry === undefined) return { Put: put };
  if (owner[expiry] !== undefined) put.Item[expiry] = owner[expiry];
  return { Put: shallowMerge(put, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }) }; // its owner may have expired
}

/**
 * Returns the actions that release the claims of an entity. A foreign one, as older data has them, is left alone: checked to be foreign still,
 * since between two attempts it may have become the entity's own.
 */
export const releaseClaims = (
  TableName: string,
  claims: readonly Claim[],
  ownerId: string,
  foreign: readonly string[],
) =>
  claims.map(({ id }): Action => {
    const action = { TableName, Key: { id }, ExpressionAttributeValues: { ':owner': ownerId } };
    return foreign.includes(id)
      ? { ConditionCheck: shallowMerge(action, { ConditionExpression: isAbsentOrForeign }) }
      : { Delete: shallowMerge(action, { ConditionExpression: isAbsentOrMine }) };
  });

/** Returns the foreign claims for the next attempt: each failed condition means that a claim is not whose it was taken for. */
export function flipForeign(
  foreign: readonly string[],
  claims: readonly Claim[],
  failed: FailedConditions,
  first: number,
): string[] {
  const next = new Set(foreign);
  claims.forEach(({ id }, i) => {
    if (failed.has(first + i) && !next.delete(id)) next.add(id);
  });
  return [...next];
}

/** True where every unique value in the table has its claim. Read once per process. */
export async function hasAllClaims(call: Call): Promise<boolean> {
  const { connection } = call;
  // the answer is shared, the request is not: deadline and abort are those of one call
  connection.hasAllClaims ??= (await getItem(call, claimsCompleteMarkerId, true)) !== undefined;
  return connection.hasAllClaims;
}

/**
 * Returns the entity that holds a value without a claim, in data older than claims: found by the model's own look-up, confirmed by a
 * consistent read. Null in a marked table, for a model without `findLegacyOwner`, and for a combination of attributes.
 */
async function findUnclaimedOwner(
  { call, definition }: Session,
  unique: Unique,
  rawInput: Attributes,
): Promise<StoredItem | null> {
  const [attribute = '', ...others] = unique.attributes;
  if (!definition.findLegacyOwner || others.length > 0 || (await hasAllClaims(call))) return null;
  const wanted = claimFor(definition, unique, rawInput);
  const found = wanted && (await definition.findLegacyOwner(attribute, rawInput[attribute], call.rest));
  const id = found && storedId(definition.prefix, found);
  const owner = id ? await getItem(call, id, true) : undefined;
  return owner && claimOf(definition, unique, owner)?.id === wanted?.id ? owner : null;
}

/** @throws UniqueConstraintError where older data holds one of the values without a claim */
export async function rejectUnclaimed(
  session: Session,
  claims: readonly Claim[],
  rawInput: Attributes,
  ownerId: string,
): Promise<void> {
  const { unique, findLegacyOwner } = session.definition;
  if (!findLegacyOwner) return;
  for (const { attribute, value } of claims) {
    const one = unique.find(({ name }) => name === attribute);
    const owner = one && (await findUnclaimedOwner(session, one, rawInput));
    if (owner && owner.id !== ownerId) throw new UniqueConstraintError(attribute, value);
  }
}

/**
 * Returns the entity that holds a value, by strongly consistent reads: claim, then owner. If the owner is gone or holds another value, both
 * are read once more.
 * @throws TypeError where the attributes are not those of `uniqueAttributes()`
 */
export async function findOwner(session: Session, values: Attributes): Promise<StoredItem | null> {
  const { call, definition } = session;
  const unique = uniqueOf(definition, Object.keys(values));
  const wanted = claimOf(definition, unique, values);
  if (!wanted) return null;
  for (let look = 1; look <= 2; look++) {
    const claim = await getItem(call, wanted.id, true);
    if (!claim) break;
    const owner = await getItem(call, String(claim.ownerId), true);
    if (owner && claimOf(definition, unique, owner)?.id === wanted.id) {
      return isPresent(definition, owner) ? owner : null;
    }
  }
  const owner = await findUnclaimedOwner(session, unique, values);
  return owner && isPresent(definition, owner) ? owner : null;
}

function uniqueOf({ unique }: EntityDefinition, names: readonly string[]): Unique {
  const found = unique.find(
    ({ attributes }) => attributes.length === names.length && names.every((name) => attributes.includes(name)),
  );
  if (found) return found;
  throw new TypeError(
    `${names.join(' and ')} is not among uniqueAttributes(): ${unique.map(({ name }) => name).join(', ')}`,
  );
}
