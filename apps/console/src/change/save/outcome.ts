import { isApiError } from '@aws-starter-kit/client';
import { describeError } from '../../api/errors.js';

/** Codes by which the write itself rejects a call. With a key, no earlier attempt was applied then. */
const writeCodes: ReadonlySet<string> = new Set([
  'CONFLICT',
  'NOT_FOUND',
  'PAYLOAD_TOO_LARGE',
  'UNPROCESSABLE_CONTENT',
]);

/** Returns whether a mutation that failed so may have been applied. */
export const isUnknownOutcome = (error: unknown): boolean => {
  const { kind } = describeError(error);
  return kind === 'unknownOutcome' || kind === 'offline';
};

/** Returns whether the API was too busy for a call. */
export const isBusy = (error: unknown): boolean => describeError(error).kind === 'busy';

/** Reasons that say nothing about an earlier attempt, or that it was applied. */
const appliedReasons: ReadonlySet<string | undefined> = new Set(['DELETED_SINCE', 'KEY_REUSED']);

/** Returns whether an error tells that no attempt of the call was applied. */
export const isRejectedByWrite = (error: unknown): boolean =>
  isApiError(error) &&
  error.data !== undefined &&
  error.data !== null &&
  writeCodes.has(error.data.code) &&
  !appliedReasons.has(error.data.reason);

/** Returns the time that the API asks to wait, in milliseconds. */
export const retryAfterMs = (error: unknown): number | undefined => {
  const seconds = isApiError(error) ? error.data?.retryAfterSeconds : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
};

/** The longest time between two attempts. */
const longestPauseMs = 15_000;

/** Returns the time before the next attempt, in milliseconds: what the API asks for, or a time that doubles. */
export const pauseBefore = (attempt: number, error: unknown): number =>
  retryAfterMs(error) ?? Math.min(longestPauseMs, 1_000 * 2 ** Math.min(attempt, 10));
