import type { FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import type { StoredItem } from '../entity/entity.js';
import { type EntityDefinition, isExpired, isTombstone } from '../entity/entity-definition.js';
import { UniqueConstraintError } from '../errors.js';
import { guardExpressions } from '../expressions/update-expression.js';
import { getItem } from '../read/get-item.js';
import { isFenced, tombstoneOf } from './fence.js';
import type { Action } from './pending-write.js';
import { acquireClaim, type Claim, claimsOf, flipForeign, releaseClaims } from './unique-claims.js';

/**
 * An expired entity whose claims a write takes over. It is deleted in the same transaction, under the state that was read: so a value never has
 * two holders, even for a process whose clock is behind and that would still call the entity alive.
 */
export interface Takeover {
  readonly ownerId: string;
  /** The owner as read; undefined where there is no item and only its claim is left. */
  readonly owner: StoredItem | undefined;
  /** Ids of its claims that are taken over. */
  readonly claimIds: readonly string[];
  /** Ids of claims on its other values that belong to another entity. */
  readonly foreign: readonly string[];
}

/** Returns the error of the first claim that another entity holds; the actions of `claims` begin at `first`. */
export function claimConflict(
  claims: readonly Claim[],
  failed: FailedConditions,
  first: number,
): UniqueConstraintError {
  const claim = claims.find((_, i) => failed.has(first + i)) as Claim;
  return new UniqueConstraintError(claim.attribute, claim.value);
}

/**
 * Reads the owners of the claims that could not be acquired, and returns what has to be taken over from them, or the error where one of them is
 * alive, as all are in a model without expiry.
 * @param first position of the first claim's action
 */
export async function takeoversOf(
  { call, definition }: Session,
  claims: readonly Claim[],
  failed: FailedConditions,
  first: number,
): Promise<Takeover[] | UniqueConstraintError> {
  if (definition.expiry === undefined) return claimConflict(claims, failed, first);
  const claimIds = new Map<string, string[]>(); // by owner
  const held = claims.filter((_, i) => failed.get(first + i) !== undefined);
  for (const claim of held) {
    const ownerId = String(failed.get(first + claims.indexOf(claim))?.ownerId);
    claimIds.set(ownerId, [...(claimIds.get(ownerId) ?? []), claim.id]);
  }
  const takeovers: Takeover[] = [];
  for (const [ownerId, ids] of claimIds) {
    const owner = await getItem(call, ownerId, true);
    if (owner && !isTombstone(owner) && !isExpired(definition, owner)) {
      const { attribute, value } = held.find(({ id }) => id === ids[0]) as Claim;
      return new UniqueConstraintError(attribute, value);
    }
    takeovers.push({ ownerId, owner, claimIds: ids, foreign: [] });
  }
  return takeovers;
}

/** Returns the actions that acquire claims, from the owners that are taken over where these hold them. */
export const acquireClaims = (
  { call, definition }: Session,
  claims: readonly Claim[],
  entity: StoredItem,
  takeovers: readonly Takeover[],
): Action[] =>
  claims.map((claim) => {
    const previous = takeovers.find(({ claimIds }) => claimIds.includes(claim.id));
    return acquireClaim(call.connection.tableName, definition, claim, entity, previous?.ownerId);
  });

/** Returns the actions that delete an owner, with the claims of its that are not taken over: the owner's own action first. */
function eviction({ call, definition }: Session, { ownerId, owner, claimIds, foreign }: Takeover): Action[] {
  const TableName = call.connection.tableName;
  const Key = { id: ownerId };
  if (!owner) return [{ ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_not_exists(id)' } }];
  const guard = guardExpressions({ state: owner });
  if (isTombstone(owner)) return [{ ConditionCheck: { TableName, Key, ...guard } }];
  const others = otherClaims(definition, owner, claimIds);
  return [
    isFenced(owner)
      ? { Put: { TableName, Item: tombstoneOf(definition, ownerId, owner), ...guard } }
      : { Delete: { TableName, Key, ...guard } },
    ...releaseClaims(TableName, others, ownerId, foreign),
  ];
}

const otherClaims = (definition: EntityDefinition, owner: StoredItem, claimIds: readonly string[]) =>
  claimsOf(definition, owner).filter(({ id }) => !claimIds.includes(id));

/** Returns the actions that delete the owners taken over. */
export const evictions = (session: Session, takeovers: readonly Takeover[]): Action[] =>
  takeovers.flatMap((takeover) => eviction(session, takeover));

/**
 * Returns the takeovers for the next attempt, from what the conditions of `evictions` met: an owner that has changed is dropped, since it may be
 * alive again; a claim that belongs to another entity is left alone.
 */
export function remainingTakeovers(
  { definition }: Session,
  takeovers: readonly Takeover[],
  failed: FailedConditions,
  first: number,
): Takeover[] {
  let position = first;
  return takeovers.flatMap((takeover) => {
    const { owner, claimIds, foreign } = takeover;
    const own = position;
    const others = owner && !isTombstone(owner) ? otherClaims(definition, owner, claimIds) : [];
    position += 1 + others.length;
    return failed.has(own) ? [] : { ...takeover, foreign: flipForeign(foreign, others, failed, own + 1) };
  });
}
