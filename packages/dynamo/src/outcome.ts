import { type Attributes, versionOf, writeIdAttribute } from './entity.js';

/** What a conditional write that failed its condition knows of itself. */
export interface Attempted {
  writeId: string;
  expectedVersion?: number | undefined;
  /** An earlier attempt with the same bytes had no answer: it may have been stored. */
  isRepeat: boolean;
  /** The caller asked for more (`if`), and that may be what failed. */
  isConditional?: boolean;
}

/**
 * - `done`: the stored item carries our write id, the reply of the first try was lost
 * - `missing`: there is no such item
 * - `conflict`: somebody else's write came first; ours did not happen
 * - `refused`: what the caller asked for does not hold; ours did not happen
 * - `unknown`: ours may have happened and been overwritten since
 * - `again`: no version was expected of the caller: start over from the stored item
 */
export type Verdict = 'done' | 'missing' | 'conflict' | 'refused' | 'unknown' | 'again';

/** Judges the stored item that a failed condition met. */
export function judgeStored(stored: Attributes | undefined, attempted: Attempted): Verdict {
  if (!stored) return 'missing';
  if (stored[writeIdAttribute] === attempted.writeId) return 'done';
  const { expectedVersion, isRepeat, isConditional } = attempted;
  const version = versionOf(stored);
  if (expectedVersion === undefined && isConditional) return isRepeat ? 'unknown' : 'refused';
  if (expectedVersion === undefined || version === expectedVersion) return isConditional ? 'refused' : 'again';
  // only one write can take version e to e + 1: a foreign stamp there says that it was not ours
  return !isRepeat || version === expectedVersion + 1 ? 'conflict' : 'unknown';
}

export interface CancellationReason {
  Code?: string | undefined;
  Message?: string | undefined;
  Item?: unknown;
}

/**
 * Judges the reasons of a cancelled transaction as a whole: load comes before contention, contention before anything that
 * a condition says, because a condition is judged anew when the same bytes are sent again.
 */
export function judgeCancellation(
  reasons: readonly CancellationReason[],
): 'throughput' | 'contention' | 'conditions' | 'invalid' {
  const codes = new Set(reasons.map((reason) => reason.Code ?? 'None'));
  codes.delete('None');
  if (codes.has('ThrottlingError') || codes.has('ProvisionedThroughputExceeded')) return 'throughput';
  if (codes.has('TransactionConflict')) return 'contention';
  return codes.size === 1 && codes.has('ConditionalCheckFailed') ? 'conditions' : 'invalid';
}
