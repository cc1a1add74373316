import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Attributes, versionOf, writeIdAttribute } from '../entity/entity.js';
import { decodeItem } from '../transport/number-value.js';

/** Positions of the actions whose conditions failed, each with the item met there, if any. */
export type FailedConditions = ReadonlyMap<number, Attributes | undefined>;

/** Returns the failed conditions of a rejected write, or undefined for an error of another kind. */
export function failedConditionsOf(error: unknown): FailedConditions | undefined {
  const { name, Item } = error as { name?: string; Item?: unknown };
  if (name === 'ConditionalCheckFailedException') return new Map([[0, decoded(Item)]]);
  const reasons = cancellationReasons(error);
  if (!reasons || judgeCancellation(reasons) !== 'conditions') return undefined;
  const failed = new Map<number, Attributes | undefined>();
  reasons.forEach((reason, i) => {
    if (reason.Code === 'ConditionalCheckFailed') failed.set(i, decoded(reason.Item));
  });
  return failed;
}

const decoded = (item: unknown): Attributes | undefined =>
  item ? decodeItem(item as Record<string, AttributeValue>) : undefined;

export interface CancellationReason {
  Code?: string | undefined;
  Message?: string | undefined;
  Item?: unknown;
}

/** Returns the reasons of a cancelled transaction, by position of its actions; undefined for any other error. */
export const cancellationReasons = (error: unknown): CancellationReason[] | undefined =>
  (error as { CancellationReasons?: CancellationReason[] } | undefined)?.CancellationReasons;

/**
 * Judges the reasons of a cancelled transaction as a whole. Load comes before conflict, conflict before failed conditions, because the
 * conditions are evaluated anew when the same bytes are sent again.
 */
export function judgeCancellation(
  reasons: readonly CancellationReason[],
): 'throttled' | 'conflict' | 'conditions' | 'invalid' {
  const codes = new Set(reasons.map((reason) => reason.Code ?? 'None'));
  codes.delete('None');
  if (codes.has('ThrottlingError') || codes.has('ProvisionedThroughputExceeded')) return 'throttled';
  if (codes.has('TransactionConflict')) return 'conflict';
  return codes.size === 1 && codes.has('ConditionalCheckFailed') ? 'conditions' : 'invalid';
}

/** A write whose condition failed, as far as the item met there can be judged by it. */
export interface RejectedWrite {
  /** The write's stamp; undefined for a delete, which leaves none. */
  writeId?: string | undefined;
  expectedVersion?: number | undefined;
  /** An earlier attempt with the same bytes got no answer: it may have been applied. */
  abandoned: boolean;
  /** ISO 8601; the first attempt was sent later. */
  preparedAt: string;
  /** The item from which the write was computed, if any. */
  read?: Attributes | undefined;
}

/**
 * - `applied`: the stored item carries the write's stamp; only the answer was lost
 * - `conflict`: another write came first, this one was not applied
 * - `indeterminate`: this write may have been applied and overwritten since
 * - `open`: nothing speaks against the write; what failed is something else
 */
export type Judgement = 'applied' | 'conflict' | 'indeterminate' | 'open';

/** Judges the item that a failed condition met. */
export function classifyStoredItem(stored: Attributes, write: RejectedWrite): Judgement {
  const { writeId, expectedVersion, abandoned } = write;
  if (writeId !== undefined && stored[writeIdAttribute] === writeId) return 'applied';
  const version = versionOf(stored);
  if (expectedVersion === undefined) return 'open';
  if (!abandoned) return version === expectedVersion ? 'open' : 'conflict';
  if (!isSameLife(stored, write)) return 'indeterminate'; // in the life before, this write may have been applied
  if (version === expectedVersion) return 'open';
  // in one life, only one write takes version e to e + 1: a foreign stamp there says that it was not this one
  return version === expectedVersion + 1 ? 'conflict' : 'indeterminate';
}

/** True where the item met is not a later life of its id. Without a read only the clocks can tell. */
const isSameLife = ({ createdAt }: Attributes, { preparedAt, read }: RejectedWrite): boolean =>
  read ? createdAt === read.createdAt : createdAt === undefined || String(createdAt) <= preparedAt;
