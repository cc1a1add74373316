import { DeadlineExceededError } from '@aws-starter-kit/dynamo/model';

/** Longest duration of a call. Sockets (30 s) and shutdown (6 s) rely on it. */
export const callDeadlineMs = 5000;

/**
 * Runs a call that makes many requests under one deadline. The model's own deadline holds for each page of a count and
 * each chunk of a batch, so that 1,000 deletes beside a slow database would outlast the client's socket.
 * @param signal of the client, for reads
 * @param deadlineMs the time that the call still has
 */
export async function withinDeadline<T>(
  run: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
  deadlineMs: number = callDeadlineMs,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new DeadlineExceededError(callDeadlineMs)), deadlineMs);
  const onClientAbort = () => deadline.abort(signal?.reason);
  // not AbortSignal.any: in Node 20 its results stay with a signal that lives on, such as a connection's
  signal?.addEventListener('abort', onClientAbort, { once: true });
  if (signal?.aborted) onClientAbort();
  try {
    return await run(deadline.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onClientAbort);
  }
}
