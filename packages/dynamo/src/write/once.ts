import { createHash } from 'node:crypto';
import type { Call } from '../call/call.js';
import type { Run } from '../call/model-calls.js';
import { nowSeconds, type StoredItem } from '../entity/entity.js';
import { isPresent } from '../entity/entity-definition.js';
import { IdempotencyMismatchError, TransactionPartError } from '../errors.js';
import { getItem, getItems } from '../read/get-item.js';
import { fingerprintOf } from './call-fingerprint.js';
import { commitParts } from './commit-parts.js';
import { unknownOutcome } from './fence.js';
import { failed, metItem, type PendingWrite, type WriteStep } from './pending-write.js';
import type { WritePlan } from './prepared-write.js';

/** How long a call is remembered. */
const rememberedSeconds = 24 * 60 * 60;

/** The record of a call with a key, an item beside the entities. */
interface OnceRecord extends StoredItem {
  /** The fingerprint of the call. */
  readonly call: string;
  /** By position: the stored id of the entity to return, whether the deleted one existed, or null for nothing. */
  readonly results: readonly (string | boolean | null)[];
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** An earlier call has written the record of this key. Not thrown out of this module. */
class AlreadyRecorded extends Error {
  readonly record: OnceRecord;
  constructor(record: OnceRecord) {
    super('A call was recorded under this key before');
    this.record = record;
  }
}

/**
 * Writes parts together with a record of the call by its key, so that no repetition within 24 hours writes anything. If this call does not commit,
 * it reads the record before it answers: an equal call may have been applied.
 * @returns the values by position; if an equal call was applied before, its values, with items as they are now
 * @throws IdempotencyMismatchError where the key belongs to another call, TypeError for a key that is empty or no text, the errors of `commitParts`
 */
export async function commitOnce(
  call: Call,
  planned: readonly WritePlan[],
  key: string,
  log: Run['log'],
): Promise<readonly unknown[]> {
  const id = recordId(planned, key);
  const fingerprint = fingerprintOf(planned);
  const companion = (steps: readonly WriteStep<unknown>[]) =>
    recording(call, id, {
      call: fingerprint,
      results: steps.map((step, i) => remembered(step, planned[i] as WritePlan)),
    });
  const ended = await commitParts(call, planned, companion).catch((error: unknown) => ({ error }));
  if ('values' in ended && ended.isWritten) return ended.values;

  const record = await recordBehind(call, id, ended);
  if (record) {
    if (record.call !== fingerprint) throw new IdempotencyMismatchError();
    log.once = 'replayed';
    return replay(call, planned, record).catch((error) => {
      throw unknownOutcome(error); // the record may be that of an attempt of this very call
    });
  }
  if ('error' in ended) throw ended.error;
  return ended.values;
}

/** Returns the id of a record. Keys are unique in the table; within a scope, a key has another record than outside. */
function recordId(planned: readonly WritePlan[], key: string): string {
  if (typeof key !== 'string' || key === '' || !key.isWellFormed()) {
    throw new TypeError('once takes a key: text that is not empty');
  }
  const scopes = new Set(planned.map(({ definition }) => JSON.stringify(definition.scope ?? null)));
  return `ONCE#${createHash('sha256')
    .update(JSON.stringify([...scopes].sort()))
    .update(key)
    .digest('hex')}`;
}

function remembered(step: WriteStep<unknown>, { gives }: WritePlan): string | boolean | null {
  if (gives === 'nothing') return null;
  if (step.is !== 'pending') return step.is === 'applied' && step.value === true;
  return gives === 'entity' ? step.id : step.actions[0]?.ConditionCheck === undefined;
}

/** Returns the write of a record. It is rejected where the key has a record that has not expired. */
function recording(call: Call, id: string, content: Pick<OnceRecord, 'call' | 'results'>): PendingWrite<never> {
  const sentAt = Date.now();
  const now = nowSeconds();
  const record = { id, ...content, expiresAt: now + rememberedSeconds };
  return {
    is: 'pending',
    id,
    sentAt,
    actions: [
      {
        Put: {
          TableName: call.connection.tableName,
          Item: record,
          ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now',
          ExpressionAttributeValues: { ':now': now },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ],
    bytes: JSON.stringify(record).length,
    comparesState: true, // a record lives longer than any late attempt
    onCommitted: () => undefined as never,
    onConditionFailed: (conditions) => failed(new AlreadyRecorded(metItem(conditions) as OnceRecord)),
  };
}

/** Returns the record of an equal call, after this call ended without a commit. @throws the errors of the read, unless the call has an error to report */
async function recordBehind(call: Call, id: string, ended: object): Promise<OnceRecord | undefined> {
  const error = 'error' in ended ? ended.error : undefined;
  if (error instanceof AlreadyRecorded) return error.record;
  try {
    const record = (await getItem(call, id, true)) as OnceRecord | undefined;
    return record && record.expiresAt > nowSeconds() ? record : undefined;
  } catch (failure) {
    const isAnswer = error === undefined || error instanceof TransactionPartError;
    if (isAnswer) throw failure;
    return undefined; // the error of the call says already that it has not ended
  }
}

/** Returns the values that a record remembers, entities as they are now. */
async function replay(call: Call, planned: readonly WritePlan[], { results }: OnceRecord): Promise<unknown[]> {
  const ids = results.filter((result) => typeof result === 'string');
  const found = await getItems(call, ids, true);
  return results.map((result, i) => {
    if (typeof result !== 'string') return result;
    const item = found.get(result);
    return isPresent((planned[i] as WritePlan).definition, item) ? item : null;
  });
}
