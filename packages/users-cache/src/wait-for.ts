import { type CallOptions, DeadlineExceededError } from '@aws-starter-kit/dynamo';

/** Waits for a flight that others wait for too: who leaves or has no more time ends the own waiting, and not the flight. */
export async function waitFor<V>(flight: Promise<V>, { signal, deadlineMs }: CallOptions): Promise<V> {
  if (!signal && deadlineMs === undefined) return flight;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const given = new Promise<never>((_, reject) => {
    if (deadlineMs !== undefined && deadlineMs < 2 ** 31)
      timer = setTimeout(() => reject(new DeadlineExceededError(deadlineMs)), deadlineMs);
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([flight, given]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
  }
}
