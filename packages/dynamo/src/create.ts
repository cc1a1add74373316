import { randomUUID } from 'node:crypto';
import type { Call } from './call.js';
import { type Attributes, getCurrentTimestamp, type StoredItem, writeIdAttribute } from './entity.js';
import { newStoredId } from './entity-id.js';
import { type EntityKind, givenAttributes } from './entity-kind.js';
import { UniqueConstraintError, WriteOutcomeUnknownError } from './errors.js';
import { indexKeys } from './index-keys.js';
import { checkExpiry, checkSize, measure } from './item-rules.js';
import { merged } from './merged.js';
import { judgeStored } from './outcome.js';
import { type Claim, claimOn, putClaim, refuseUnclaimed } from './unique-claims.js';
import { absentOrExpired } from './update-expression.js';
import type { Refused, Write } from './write.js';

/** An entity that is ready to be written: nothing about it changes from attempt to attempt. */
export interface Prepared {
  readonly item: StoredItem;
  readonly claims: readonly Claim[];
  /** The data as given: older items may be found under the spelling that the caller typed. */
  readonly typed: Attributes;
  readonly bytes: number;
  readonly writeId: string;
}

/** Makes the item of a new entity, with id, keys and claims. @throws InvalidItemError, ItemTooLargeError before anything is sent */
export async function prepareNew(kind: EntityKind, data: object): Promise<Prepared> {
  const typed = givenAttributes(data);
  const given = kind.normalise(typed);
  const id = newStoredId(kind.prefix, await kind.generateId({ ...given }));
  const createdAt = getCurrentTimestamp();
  const writeId = randomUUID();
  const entity = merged(given, { id: id.slice(kind.prefix.length), createdAt, version: 1 });
  const ownBytes = measure(entity); // a value that cannot be stored is named before a key is made of it
  checkExpiry(kind.expiry, given);
  const added = merged(indexKeys(kind.setGSIKeys, entity, kind.indexed), { [writeIdAttribute]: writeId });
  const bytes = checkSize(ownBytes + kind.prefix.length + measure(added));
  const claims = kind.unique.flatMap((attribute) => claimOn(kind, attribute, given[attribute]) ?? []);
  return { item: merged(merged(entity, { id }), added), claims, typed, bytes, writeId };
}

/** The write of a new entity with its claims. @throws UniqueConstraintError where older data holds one of its values */
export async function creating(call: Call, kind: EntityKind, prepared: Prepared): Promise<Write<StoredItem>> {
  const { item, claims, typed, bytes, writeId } = prepared;
  await refuseUnclaimed(call, kind, claims, typed, item.id);
  const TableName = call.connection.tableName;
  const put = {
    TableName,
    Item: item,
    ...absentOrExpired(kind),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  return {
    actions: [{ Put: put }, ...claims.map((claim) => putClaim(TableName, kind, claim, item))],
    bytes,
    done: () => item,
    refused(call, refused) {
      if (!refused.has(0)) throw claimRefused(claims, refused, 1);
      const verdict = judgeStored(refused.get(0), { writeId, expectedVersion: 0, isRepeat: call.isRepeat });
      if (verdict === 'done') return { answer: item };
      if (verdict === 'unknown') throw new WriteOutcomeUnknownError();
      throw new UniqueConstraintError('id', item.id.slice(kind.prefix.length));
    },
  };
}

/** The error of the first claim that another entity holds; the actions of `claims` begin at `first`. */
export function claimRefused(claims: readonly Claim[], refused: Refused, first: number): UniqueConstraintError {
  const claim = claims.find((_, i) => refused.has(first + i)) as Claim;
  return new UniqueConstraintError(claim.attribute, claim.value);
}
