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

/** What is under the key of a call of which an attempt was rejected. */
interface RejectedRecord extends StoredItem {
  /** When the last rejected attempt was sent, by the clock of its caller: none sent until then is applied any more. */
  readonly rejectedAt: number;
  readonly expiresAt: number;
}

/** The key of a call has a record already. Not thrown out of `once`. */
export class AlreadyRecorded extends Error {
  /** Undefined where a later attempt was rejected. */
  readonly record: CallRecord | undefined;
  constructor(met: StoredItem | undefined) {
    super('A call was recorded under this key before');
    this.record = met && !isRejection(met) ? (met as CallRecord) : undefined;
  }
}

const isRejection = (record: StoredItem): record is RejectedRecord => record.rejectedAt !== undefined;

/** Returns the id of a record. Keys are unique in the table; within a scope, a key has another record than outside. */
export function recordIdOf(planned: readonly WritePlan[], key: string): string {
  const scopes = new Set(planned.map(({ definition }) => JSON.stringify(definition.scope ?? null)));
  return `ONCE#${createHash('sha256')
    .update(JSON.stringify([...scopes].sort()))
    .update(key)
    .digest('hex')}`;
}

/** Returns the put of a record where none is, or an expired one, or that of an attempt that was sent earlier and rejected. */
function putRecord({ connection }: Call, item: CallRecord | RejectedRecord, sentAt = Number.MAX_SAFE_INTEGER) {
  return {
    TableName: connection.tableName,
    Item: item,
    ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now OR rejectedAt < :sentAt',
    ExpressionAttributeValues: { ':now': nowSeconds(), ':sentAt': sentAt },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

/** Returns the write of a record. It is rejected where the key has a record that has not expired. @param callSentAt by the clock of its caller */
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
    comparesState: true, // a record lives longer than any late attempt
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
 * Keeps a rejected call rejected: no attempt that was sent until then is applied any more, whenever it arrives.
 * @returns the record of an equal call, where an attempt was applied before
 * @throws WriteOutcomeUnknownError where this cannot be ensured
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
