import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelLogger } from '@aws-starter-kit/dynamo';

/** The dependencies of `patiently`, which retries a request until it succeeds or the follower ends. */
export interface Patience {
  readonly signal: AbortSignal;
  readonly logger: Pick<ModelLogger, 'info' | 'warn' | 'error'>;
}

const firstPauseMs = 100;
const longestPauseMs = 20_000;
/** Failed attempts before a warning: brief throttling is normal. */
const quietAttempts = 3;

/**
 * Retries a request for as long as it fails by throttling, a service error or a network error. Once the signal is
 * aborted, it makes only one attempt.
 * @throws errors that no retry can fix, such as missing permissions; AbortError
 */
export async function patiently<R>(request: () => Promise<R>, { signal, logger }: Patience): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      if (attempt > quietAttempts) {
        logger.warn('A request of the stream follower failed: retrying', { attempt, error: error as Error });
      }
      await backOff(attempt, signal);
    }
  }
}

/** Waits before the next attempt, with exponential back-off, full jitter and a cap. @throws AbortError */
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

/** Returns whether a retry may succeed, after throttling, a service error, a network error or a timeout. */
function isTransient(error: unknown): boolean {
  const { name = '', code, $fault, $retryable, $metadata } = (error ?? {}) as FailedRequest;
  if (throttling.test(name) || /^(Timeout|Abort)Error$/.test(name) || $retryable) return true;
  if ($fault === 'server' || ($metadata?.httpStatusCode ?? 0) >= 500) return true;
  return (
    $fault === undefined &&
    (typeof code === 'string' ? /^(E[A-Z]+|UND_ERR_\w+)$/.test(code) : error instanceof SyntaxError)
  );
}
