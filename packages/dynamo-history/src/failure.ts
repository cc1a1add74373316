import {
  DatabaseUnavailableError,
  DeadlineExceededError,
  EntityNotFoundError,
  ThrottledError,
  TransactionPartError,
  UniqueConstraintError,
  VersionConflictError,
  WriteOutcomeUnknownError,
} from '@aws-starter-kit/dynamo';
import type { Failure } from './history.js';

/** The reason of all aborts of a run. */
export const abortReason = new Error('The caller aborted the call');

const nothingWritten = [ThrottledError, DeadlineExceededError, DatabaseUnavailableError, TransactionPartError];

/** Returns what an error says about its call. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WriteOutcomeUnknownError) return { is: 'unknown' };
  if (error instanceof VersionConflictError) return { is: 'rejected', by: 'version', actual: error.actualVersion };
  if (error instanceof UniqueConstraintError) return { is: 'rejected', by: 'unique', attribute: error.attribute };
  if (nothingWritten.some((known) => error instanceof known)) return { is: 'failed', error: (error as Error).name };
  if (error === abortReason) return { is: 'failed', error: 'aborted' };
  return { is: 'unexpected', error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}

/** Returns the error of one part of a transaction; null: the entity of the part does not exist. */
export function partErrorOf(error: unknown, part: number): unknown {
  if (!(error instanceof TransactionPartError) || error.part !== part) return error;
  return error.cause instanceof EntityNotFoundError ? null : error.cause;
}
