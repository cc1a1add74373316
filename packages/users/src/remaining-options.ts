import type { CallOptions } from '@aws-starter-kit/dynamo/model';

/** The default of the models. */
const defaultDeadlineMs = 5000;

/**
 * Returns a function that gives the options for the next of several calls: the same signal, the remaining time. So one
 * deadline covers them all.
 */
export function remainingOptions({ signal, deadlineMs = defaultDeadlineMs }: CallOptions = {}): () => CallOptions {
  const deadlineAt = performance.now() + deadlineMs;
  return () => ({ signal, deadlineMs: Math.max(0, deadlineAt - performance.now()) });
}
