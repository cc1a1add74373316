import type { Call } from './call.js';
import type { Attributes, StoredItem } from './entity.js';
import { maxPartitionKeyBytes, storedId } from './entity-id.js';
import { type EntityKind, isExpired } from './entity-kind.js';
import { InvalidItemError, UniqueConstraintError } from './errors.js';
import { merged } from './merged.js';
import { getItem } from './read.js';
import { orExpired } from './update-expression.js';
import type { Action, Refused } from './write.js';

/** The item that says of a table: each unique value there has its claim. */
export const markId = 'UNIQUE#';

/** The claim that an entity holds, or wants, on one value of a unique attribute. */
export interface Claim {
  readonly attribute: string;
  readonly value: string;
  readonly id: string;
}

const isAbsentOrMine = 'attribute_not_exists(id) OR ownerId = :owner';
const isAbsentOrAnothers = 'attribute_not_exists(id) OR ownerId <> :owner';

/** What the ids of all claims on an attribute begin with; the value follows. */
export const claimPrefix = (kind: { prefix: string }, attribute: string) => `${markId}${kind.prefix}${attribute}#`;

/**
 * The claim on a value; undefined where the value is absent.
 * @throws InvalidItemError for an empty value, or one too long for a key
 */
export function claimOn(kind: EntityKind, attribute: string, value: unknown): Claim | undefined {
  if (value === undefined || value === null) return undefined;
  const normalised = kind.normaliseUnique(attribute, value);
  if (normalised === '') throw new InvalidItemError(attribute, 'empty value');
  if (!normalised.isWellFormed()) throw new InvalidItemError(attribute, 'invalid Unicode');
  const id = claimPrefix(kind, attribute) + normalised;
  if (Buffer.byteLength(id) > maxPartitionKeyBytes) throw new InvalidItemError(attribute, 'pk over 2,048 bytes');
  return { attribute, value: String(value), id };
}

/** As {@link claimOn}, for what is stored already: an odd old value, which no claim can stand for, has none. */
export function claimHeld(kind: EntityKind, item: Attributes, attribute: string): Claim | undefined {
  try {
    return claimOn(kind, attribute, item[attribute]);
  } catch (error) {
    if (error instanceof InvalidItemError) return undefined;
    throw error;
  }
}

/** All claims of a stored item. */
export const claimsHeld = (kind: EntityKind, item: Attributes): Claim[] =>
  kind.unique.flatMap((attribute) => claimHeld(kind, item, attribute) ?? []);

/** Takes a claim for an entity; it expires with it. */
export function putClaim(TableName: string, { expiry }: EntityKind, claim: Claim, owner: StoredItem): Action {
  const mine = { ':owner': owner.id };
  const at = expiry !== undefined && owner[expiry] !== undefined && { [expiry]: owner[expiry] };
  return {
    Put: {
      TableName,
      Item: { id: claim.id, ownerId: owner.id, ...at },
      ...(expiry === undefined
        ? { ConditionExpression: isAbsentOrMine, ExpressionAttributeValues: mine }
        : orExpired(isAbsentOrMine, expiry, mine)),
    },
  };
}

/**
 * Frees the claims of an entity, one action for each. One that is another's, as in data older than claims, is spared: checked to be not the
 * entity's, since between two tries it may have become so.
 */
export const freeClaims = (TableName: string, claims: readonly Claim[], ownerId: string, spared: readonly string[]) =>
  claims.map(({ id }): Action => {
    const action = { TableName, Key: { id }, ExpressionAttributeValues: { ':owner': ownerId } };
    return spared.includes(id)
      ? { ConditionCheck: merged(action, { ConditionExpression: isAbsentOrAnothers }) }
      : { Delete: merged(action, { ConditionExpression: isAbsentOrMine }) };
  });

/** The claims to spare at the next try: each of the refused ones was not whose we took it to be. */
export function sparedNow(
  spared: readonly string[],
  claims: readonly Claim[],
  refused: Refused,
  first: number,
): string[] {
  const now = new Set(spared);
  claims.forEach(({ id }, i) => {
    if (refused.has(first + i) && !now.delete(id)) now.add(id);
  });
  return [...now];
}

/** Whether the table carries the mark; read once a process. */
async function hasAllClaims(call: Call): Promise<boolean> {
  const { connection } = call;
  // the answer is shared, the request is not: its deadline and its abort are those of one call
  connection.hasAllClaims ??= (await getItem(call, markId, true)) !== undefined;
  return connection.hasAllClaims;
}

/**
 * The entity that holds a value without a claim, in data older than claims: found by the model's own look-up, confirmed by a
 * consistent read. Null in a marked table, and for a model without `findUnclaimed`.
 */
export async function findUnclaimedOwner(
  call: Call,
  kind: EntityKind,
  attribute: string,
  typed: unknown,
): Promise<StoredItem | null> {
  if (!kind.findUnclaimed || (await hasAllClaims(call))) return null;
  const wanted = claimOn(kind, attribute, typed);
  const found = wanted && (await kind.findUnclaimed(attribute, typed, call.rest));
  const id = found && storedId(kind.prefix, found);
  const owner = id ? await getItem(call, id, true) : undefined;
  return owner && claimHeld(kind, owner, attribute)?.id === wanted?.id ? owner : null;
}

/** @throws UniqueConstraintError where older data holds one of the values */
export async function refuseUnclaimed(
  call: Call,
  kind: EntityKind,
  claims: readonly Claim[],
  typed: Attributes,
  ownerId: string,
): Promise<void> {
  if (!kind.findUnclaimed) return;
  for (const { attribute, value } of claims) {
    const owner = await findUnclaimedOwner(call, kind, attribute, typed[attribute]);
    if (owner && owner.id !== ownerId) throw new UniqueConstraintError(attribute, value);
  }
}

/** The entity that holds a value, by strongly consistent reads: claim, then owner. An owner that is gone or holds another value is asked once more. */
export async function findOwner(
  call: Call,
  kind: EntityKind,
  attribute: string,
  typed: unknown,
): Promise<StoredItem | null> {
  const wanted = claimHeld(kind, { [attribute]: typed }, attribute);
  if (!wanted) return null;
  for (let look = 1; look <= 2; look++) {
    const claim = await getItem(call, wanted.id, true);
    if (!claim) break;
    const owner = await getItem(call, String(claim.ownerId), true);
    if (owner && claimHeld(kind, owner, attribute)?.id === wanted.id) return isExpired(kind, owner) ? null : owner;
  }
  return findUnclaimedOwner(call, kind, attribute, typed);
}
