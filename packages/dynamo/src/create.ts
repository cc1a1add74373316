import { randomUUID } from 'node:crypto';
import type { Call } from './call.js';
import { type Attributes, getCurrentTimestamp, type StoredItem, writeIdAttribute } from './entity.js';
import { newStoredId } from './entity-id.js';
import { type EntityKind, givenAttributes } from './entity-kind.js';
import { UniqueConstraintError, WriteOutcomeUnknownError } from './errors.js';
import { indexKeys } from './index-keys.js';
import { checkSize, measure } from './item-rules.js';
import { judgeStored } from './outcome.js';
import { itemOfFailure, transact } from './transact.js';
import { type Claim, claimOn, putClaim, refuseUnclaimed } from './unique-claims.js';
import { ifAbsent } from './update-expression.js';

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
  const entity = { ...given, id: id.slice(kind.prefix.length), createdAt, version: 1 };
  const ownBytes = measure(entity); // a value that cannot be stored is named before a key is made of it
  const added = { ...indexKeys(kind.setGSIKeys, entity, kind.indexed), [writeIdAttribute]: writeId };
  const bytes = checkSize(ownBytes + kind.prefix.length + measure(added));
  const claims = kind.unique.flatMap((attribute) => claimOn(kind, attribute, given[attribute]) ?? []);
  return { item: { ...entity, id, ...added }, claims, typed, bytes, writeId };
}

/** Writes a new entity with its claims: one request, a transaction only where there are claims. */
export async function createItem(call: Call, kind: EntityKind, prepared: Prepared): Promise<StoredItem> {
  const { item, claims } = prepared;
  const put = {
    TableName: call.connection.tableName,
    Item: item,
    ...ifAbsent,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  await refuseUnclaimed(call, kind, claims, prepared.typed, item.id);
  if (claims.length > 0) {
    const actions = [{ Put: put }, ...claims.map((claim) => putClaim(call.connection.tableName, claim, item.id))];
    const refused = await transact(call, actions);
    if (!refused || refused.has(0)) {
      if (refused) judgeExisting(refused.get(0), call, kind, prepared);
      return item;
    }
    const claim = claims.find((_, i) => refused.has(i + 1)) as Claim;
    throw new UniqueConstraintError(claim.attribute, claim.value);
  }
  try {
    await call.send('PutItem', put);
  } catch (error) {
    judgeExisting(itemOfFailure(error), call, kind, prepared);
  }
  return item;
}

/** Returns if the item that is there is our own work; throws what else it is. */
function judgeExisting(
  existing: Attributes | undefined,
  call: Call,
  kind: { prefix: string },
  { item, writeId }: Prepared,
): void {
  const verdict = judgeStored(existing, { writeId, expectedVersion: 0, isRepeat: call.isRepeat });
  if (verdict === 'done') return;
  if (verdict === 'unknown') throw new WriteOutcomeUnknownError();
  throw new UniqueConstraintError('id', item.id.slice(kind.prefix.length));
}
