import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelLogger } from '@aws-starter-kit/dynamo';

/** What a request of a follower needs: it is repeated until it succeeds or the follower ends. */
export interface Patience {
  readonly signal: AbortSignal;
  readonly logger: Pick<ModelLogger, 'info' | 'warn' | 'error'>;
}

const firstPauseMs = 100;
const longestPauseMs = 20_000;
/** Throttling for a moment is usual, and no news. */
const quietAttempts = 3;

/**
 * Sends a request until it is answered: throttling, failures of the service and of the network are tried again, for as long as they last.
 * Once the signal is aborted, one attempt is made.
 * @throws errors that a further attempt cannot change, such as missing rights; AbortError
 */
export async function patiently<R>(request: () => Promise<R>, { signal, logger }: Patience): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      if (attempt > quietAttempts) {
        logger.warn('The stream cannot be read for now: it is tried again', { attempt, error: error as Error });
      }
      await backOff(attempt, signal);
    }
  }
}

/** Waits before the next attempt: exponential, capped, full jitter. @throws AbortError */
export const backOff = (attempt: number, signal: AbortSignal): Promise<void> =>
  pause(Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)), signal);

/** @throws AbortError */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });

interface FailedRequest {
  readonly name?: string;
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $retryable?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const throttling = /^(LimitExceeded|ProvisionedThroughputExceeded|RequestLimitExceeded|Throttling|TooManyRequests)/;

/** True for throttling, for failures of the service or of the network, and for a request that had no answer in its time. */
function isTransient(error: unknown): boolean {
  const { name = '', code, $fault, $retryable, $metadata } = (error ?? {}) as FailedRequest;
  if (throttling.test(name) || /^(Timeout|Abort)Error$/.test(name) || $retryable) return true;
  if ($fault === 'server' || ($metadata?.httpStatusCode ?? 0) >= 500) return true;
  return (
    $fault === undefined &&
    (typeof code === 'string' ? /^(E[A-Z]+|UND_ERR_\w+)$/.test(code) : error instanceof SyntaxError)
  );
}
