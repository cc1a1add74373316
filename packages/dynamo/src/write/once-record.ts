import { createHash } from 'node:crypto';
import type { Call } from '../call/call.js';
import { nowSeconds, type StoredItem } from '../entity/entity.js';
import { WriteOutcomeUnknownError } from '../errors.js';
import { getItem } from '../read/get-item.js';
import { unknownOutcome } from './fence.js';
import { failed, metItem, type PendingWrite } from './pending-write.js';
import type { WritePlan } from './prepared-write.js';

/** How long a call is remembered. */
const rememberedSeconds = 24 * 60 * 60;

/** The record of a call with a key, an item beside the entities. */
export interface CallRecord extends StoredItem {
  /** The fingerprint of the call. */
  readonly call: string;
  /** An id of the attempt that was applied, by which it recognises its own record. */
  readonly attempt: string;
  /** By position: the stored id of the entity to return, whether the deleted one existed, or null for nothing. */
  readonly results: readonly (string | boolean | null)[];
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** The record of a call of which an attempt was rejected. */
interface RejectedRecord extends StoredItem {
  /** The `sentAt` of the last rejected attempt. Attempts with the same or an earlier one are no longer applied. */
  readonly rejectedAt: number;
  readonly expiresAt: number;
}

/** The key of a call already has a record. Internal: `commitOnce` handles it. */
export class AlreadyRecorded extends Error {
  /** Undefined if a later attempt was rejected. */
  readonly record: CallRecord | undefined;
  constructor(met: StoredItem | undefined) {
    super('A call was recorded under this key before');
    this.record = met && !isRejection(met) ? (met as CallRecord) : undefined;
  }
}

const isRejection = (record: StoredItem): record is RejectedRecord => record.rejectedAt !== undefined;

/** Returns the id of a record. A key has one record in the table, and another one within each scope. */
export function recordIdOf(planned: readonly WritePlan[], key: string): string {
  const scopes = new Set(planned.map(({ definition }) => JSON.stringify(definition.scope ?? null)));
  return `ONCE#${createHash('sha256')
    .update(JSON.stringify([...scopes].sort()))
    .update(key)
    .digest('hex')}`;
}

/**
 * Returns a conditional put of a record. It replaces only an expired record, or that of a rejected attempt with an
 * earlier `sentAt`.
 */
function putRecord({ connection }: Call, item: CallRecord | RejectedRecord, sentAt = Number.MAX_SAFE_INTEGER) {
  return {
    TableName: connection.tableName,
    Item: item,
    ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now OR rejectedAt < :sentAt',
    ExpressionAttributeValues: { ':now': nowSeconds(), ':sentAt': sentAt },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

/**
 * Returns the write of a record, which fails if the key has a live record.
 * @param callSentAt the `sentAt` of the attempt, by the caller's clock
 */
export function recording(
  call: Call,
  id: string,
  content: Pick<CallRecord, 'call' | 'attempt' | 'results'>,
  callSentAt: number | undefined,
): PendingWrite<never> {
  const record: CallRecord = { id, ...content, expiresAt: nowSeconds() + rememberedSeconds };
  return {
    is: 'pending',
    id,
    sentAt: Date.now(),
    actions: [{ Put: putRecord(call, record, callSentAt) }],
    bytes: JSON.stringify(record).length,
    comparesState: true, // the record outlives any delayed attempt
    onCommitted: () => undefined as never,
    onConditionFailed: (conditions) => failed(new AlreadyRecorded(metItem(conditions))),
  };
}

/** Returns the record of a key, unless it has expired. */
export async function liveRecord(call: Call, id: string): Promise<CallRecord | undefined> {
  const record = (await getItem(call, id, true)) as CallRecord | RejectedRecord | undefined;
  return record && !isRejection(record) && record.expiresAt > nowSeconds() ? record : undefined;
}

/**
 * Records a rejection, so that no attempt with the same or an earlier `sentAt` is applied later.
 * @returns the record of the call, if an attempt was applied before
 * @throws WriteOutcomeUnknownError if the rejection cannot be recorded
 */
export async function keepRejected(call: Call, id: string, sentAt: number): Promise<CallRecord | undefined> {
  const record: RejectedRecord = { id, rejectedAt: sentAt, expiresAt: nowSeconds() + rememberedSeconds };
  const result = await call.write('PutItem', putRecord(call, record, sentAt)).catch((error) => {
    throw unknownOutcome(error);
  });
  if (result.is === 'applied') return undefined;
  const met = result.is === 'rejected' ? (result.failed.get(0) as CallRecord | RejectedRecord | undefined) : undefined;
  if (!met) throw new WriteOutcomeUnknownError();
  return isRejection(met) ? undefined : met;
}
