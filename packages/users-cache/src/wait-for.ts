import { type CallOptions, DeadlineExceededError } from '@aws-starter-kit/dynamo/model';

/**
 * Waits for a read that other callers may wait for too. The signal and the deadline of a caller end its own waiting,
 * not the read.
 */
export async function waitFor<V>(result: Promise<V>, { signal, deadlineMs }: CallOptions): Promise<V> {
  if (!signal && deadlineMs === undefined) return result;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const interruption = new Promise<never>((_, reject) => {
    if (deadlineMs !== undefined && deadlineMs < 2 ** 31)
      timer = setTimeout(() => reject(new DeadlineExceededError(deadlineMs)), deadlineMs);
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([result, interruption]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
  }
}
