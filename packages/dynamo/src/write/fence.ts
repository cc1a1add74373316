import type { Call } from '../call/call.js';
import type { Session } from '../call/model-calls.js';
import {
  countIdAttribute,
  fenceAttribute,
  type StoredItem,
  tombstoneAttribute,
  writeIdAttribute,
} from '../entity/entity.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import { WriteOutcomeUnknownError } from '../errors.js';
import type { PendingWrite } from './pending-write.js';

/** AWS rejects a request whose signature is older than five minutes, so nothing can arrive later; a fence is kept for twice that. */
const fenceLifetimeMs = 10 * 60_000;

/** Fences raised before this time have nothing left to keep out. */
export const oldestFence = (): number => Date.now() - fenceLifetimeMs;

/** True for an item whose fence still has attempts to keep out: deleted, it leaves a tombstone. */
export const isFenced = (item: StoredItem): boolean => Number(item[fenceAttribute] ?? 0) >= oldestFence();

/**
 * Returns the tombstone that replaces a deleted item, with a fence of its own, so that no state of an id ever comes back. It expires with its
 * fence where the table's time to live is on `expiresAt`, or on the attribute that the model declares.
 */
export function tombstoneOf({ expiry = 'expiresAt' }: EntityDefinition, id: string, replaced?: StoredItem): StoredItem {
  const fence = Math.max(Date.now(), Number(replaced?.[fenceAttribute] ?? 0) + 1);
  const stamps = [writeIdAttribute, countIdAttribute].filter((name) => replaced?.[name] !== undefined);
  return {
    id,
    [tombstoneAttribute]: true,
    [fenceAttribute]: fence,
    [expiry]: Math.ceil((fence + fenceLifetimeMs) / 1000),
    ...Object.fromEntries(stamps.map((name) => [name, replaced?.[name]])),
  };
}

/**
 * Keeps every attempt of a write that was sent so far from taking effect, for good: raises the fence of the item, or leaves a tombstone
 * where there is none.
 * @returns the item that is stored from then on, which may be a tombstone; undefined where there was none
 * @throws WriteOutcomeUnknownError where it cannot be raised in time
 */
export const raiseFence = (
  session: Session,
  write: Pick<PendingWrite<unknown>, 'id' | 'sentAt'>,
): Promise<StoredItem | undefined> =>
  raise(session, write).catch((error) => {
    throw unknownOutcome(error);
  });

/** Maps an error that ended a write after an attempt that may have been applied: the outcome is unknown, whatever the error. */
export const unknownOutcome = (error: unknown): Error =>
  error instanceof WriteOutcomeUnknownError ? error : new WriteOutcomeUnknownError({ cause: error });

async function raise(
  { call, definition }: Session,
  { id, sentAt }: Pick<PendingWrite<unknown>, 'id' | 'sentAt'>,
): Promise<StoredItem | undefined> {
  let fence = Math.max(Date.now(), sentAt); // the clock may have stepped back since
  for (;;) {
    const met = await raiseOnItem(call, id, fence);
    if (met.isRaised) return met.item;
    if (met.item)
      fence = Number(met.item[fenceAttribute]) + 1; // raised by a process whose clock is ahead
    else if (await leaveTombstone(call, tombstoneOf(definition, id))) return undefined;
  }
}

async function raiseOnItem(call: Call, id: string, fence: number) {
  const result = await call.write('UpdateItem', {
    TableName: call.connection.tableName,
    Key: { id },
    UpdateExpression: 'SET #fence = :fence',
    ConditionExpression: 'attribute_exists(id) AND (attribute_not_exists(#fence) OR #fence < :fence)',
    ExpressionAttributeNames: { '#fence': fenceAttribute },
    ExpressionAttributeValues: { ':fence': fence },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  if (result.is === 'applied') return { isRaised: true as const, item: result.output.Attributes as StoredItem };
  const item = result.is === 'rejected' ? (result.failed.get(0) as StoredItem | undefined) : undefined;
  // of two attempts the first may have raised it
  if (item && result.abandoned && item[fenceAttribute] === fence) return { isRaised: true as const, item };
  return { isRaised: false as const, item };
}

async function leaveTombstone(call: Call, tombstone: StoredItem): Promise<boolean> {
  const result = await call.write('PutItem', {
    TableName: call.connection.tableName,
    Item: tombstone,
    ConditionExpression: 'attribute_not_exists(id)',
  });
  return result.is === 'applied';
}
