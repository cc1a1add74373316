import {
  DatabaseUnavailableError,
  DeadlineExceededError,
  ThrottledError,
  UniqueConstraintError,
  VersionConflictError,
  WriteOutcomeUnknownError,
} from '@aws-starter-kit/dynamo';
import type { NotDone } from './history.js';

/** The reason of all aborts of a run. */
export const lostInterest = new Error('the caller lost interest');

/** What an error says of the call. */
export function notDone(error: unknown): NotDone {
  if (error instanceof WriteOutcomeUnknownError) return { is: 'unknown' };
  if (error instanceof VersionConflictError) return { is: 'refused', by: 'version', actual: error.actualVersion };
  if (error instanceof UniqueConstraintError) return { is: 'refused', by: 'unique', attribute: error.attribute };
  const saysNothingWritten = [ThrottledError, DeadlineExceededError, DatabaseUnavailableError];
  if (saysNothingWritten.some((known) => error instanceof known)) return { is: 'failed', error: (error as Error).name };
  if (error === lostInterest) return { is: 'failed', error: 'Aborted' };
  return { is: 'broke', error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
