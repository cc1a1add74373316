import type { Session } from '../call/model-calls.js';
import { WriteOutcomeUnknownError } from '../errors.js';
import { noteWritten, type PendingWrite } from './pending-write.js';

/** Requests of one batch in flight, where each writes many entities. */
export const requestsAtOnce = 4;

/** One write of a batch, and where its outcome goes. */
export interface BatchEntry {
  readonly write: PendingWrite<unknown>;
  /** Takes the result of the write. */
  readonly onApplied: (result: unknown) => void;
  readonly onError: (error: Error) => void;
}

/** Returns the session of a part of a batch, which has a deadline of its own. */
export const forked = ({ call, definition }: Session): Session => ({ call: call.fork(), definition });

/** Notes for the log line that an entity of a batch may have been written, where its error says so. */
export function noteUncertain(session: Session, id: string, error: Error): void {
  if (error instanceof WriteOutcomeUnknownError) noteWritten(session, id, { isUncertain: true });
}
