import { type Operation, type OperationLink, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { isOfWrite, mayHaveBeenApplied, outcomeUnknown, retryPauseMs } from './api-error.js';
import type { AppRouter } from './api-types.js';
import type { TokenSource } from './token-source.js';

declare module '@trpc/client' {
  /** The options of one call, besides its signal: `users.create.mutate(input, { context: { deadlineMs: 2000 } })`. */
  interface OperationContext {
    /** How long the call may take, retries included, in milliseconds. @default that of the client */
    deadlineMs?: number | undefined;
    /**
     * The key under which the API applies a mutation once. Pass a key of your own to retry the call later, such as
     * after a reload of the page. Without a key (`false`), a mutation costs less, but is not retried if it may have
     * been applied.
     * @default a new random key for each call
     */
    idempotencyKey?: string | false | undefined;
  }
}

/** Longest time to wait for an attempt. The API ends each call after 5 s, so no answer comes later. */
const longestAttemptMs = 7_000;

/** Retries that a client may send without a success. Each success returns one. */
const mostRetries = 100;

interface RetryOptions {
  /** The default deadline of a call, in milliseconds. */
  readonly deadlineMs: number;
  /** False: one attempt, and no generated idempotency keys. */
  readonly retries: boolean;
  readonly tokens: TokenSource;
}

type Next = Parameters<OperationLink<AppRouter>>[0]['next'];
type Result = Parameters<NonNullable<Parameters<ReturnType<Next>['subscribe']>[0]['next']>>[0];
type Outcome = { readonly result: Result } | { readonly error: TRPCClientError<AppRouter> };

/** One attempt of a call, as the links share it. */
export interface Attempt {
  /** The time of the attempt, in milliseconds since 1970: later than that of the attempt before. */
  readonly sentAt: number;
  /** The token that was sent. */
  token?: string | undefined;
  /** True if the caller's `token` function has thrown, so that nothing was sent. */
  isUnsent?: boolean;
}

/** Attempts by the context of their operations. */
export const attempts = new WeakMap<object, Attempt>();

/**
 * Returns a link that retries a call until it is answered or its deadline has passed. All attempts of a mutation have
 * the same idempotency key, so that the mutation is applied once.
 */
export const retryLink =
  (options: RetryOptions): TRPCLink<AppRouter> =>
  () => {
    const budget = { retries: mostRetries };
    return ({ op, next }) =>
      observable((observer) => {
        const stop = new AbortController();
        const stopWithCaller = () => stop.abort(op.signal?.reason);
        op.signal?.addEventListener('abort', stopWithCaller, { once: true });
        if (op.signal?.aborted) stopWithCaller();
        deliver(op, { next, budget, signal: stop.signal }, options)
          .catch((cause: Error): Outcome => ({ error: TRPCClientError.from(cause) })) // an invalid key
          .then((outcome) => {
            if ('error' in outcome) return observer.error(outcome.error);
            observer.next(outcome.result);
            observer.complete();
          })
          .finally(() => op.signal?.removeEventListener('abort', stopWithCaller));
        return () => stop.abort();
      });
  };

/** The parts of a call that `deliver` needs to send attempts. */
interface Way {
  readonly next: Next;
  /** Retries that are left to the client, for all its calls: they bound the load on an API in trouble. */
  readonly budget: { retries: number };
  /** Ends the call. */
  readonly signal: AbortSignal;
}

async function deliver(op: Operation, way: Way, options: RetryOptions): Promise<Outcome> {
  const { budget, signal } = way;
  const { deadlineMs = options.deadlineMs } = op.context;
  const givesUpAt = performance.now() + deadlineMs;
  const key = keyOf(op, options.retries);
  const unknown = (error: TRPCClientError<AppRouter>): Outcome => ({ error: outcomeUnknown(op.path, error) });
  let isUncertain = false;
  let hasNewToken = false;
  let sentAt = 0;
  for (let retries = 0; ; retries++) {
    sentAt = Math.max(Date.now(), sentAt + 1); // clocks may be set back
    const attempt: Attempt = { sentAt };
    const context = { ...op.context, idempotencyKey: key };
    attempts.set(context, attempt);
    const timeoutMs = Math.min(longestAttemptMs, givesUpAt - performance.now());
    const outcome = await sendOnce({ ...op, context }, way, timeoutMs);
    if ('result' in outcome) {
      budget.retries = Math.min(mostRetries, budget.retries + 1);
      return outcome;
    }
    const { error } = outcome;
    if (signal.aborted) return outcome;
    if (error.data?.code === 'UNAUTHORIZED' && !hasNewToken && options.tokens.reject(attempt.token)) {
      hasNewToken = true;
      continue;
    }
    isUncertain ||= options.retries && op.type === 'mutation' && !attempt.isUnsent && mayHaveBeenApplied(error);
    const pauseMs = options.retries && !attempt.isUnsent ? retryPauseMs(error, retries) : undefined;
    // only the write itself can tell whether an earlier attempt was applied: a rejection before it says nothing about that
    if (pauseMs === undefined) return isUncertain && !isOfWrite(error) ? unknown(error) : outcome;
    const mayRetry = (key !== undefined || !isUncertain) && budget.retries > 0;
    if (!mayRetry || performance.now() + pauseMs >= givesUpAt) return isUncertain ? unknown(error) : outcome;
    budget.retries--;
    await pause(pauseMs, signal);
  }
}

/** The keys that the API accepts. */
const keyPattern = /^[!#-+\--:<-[\]-~]{1,255}$/;

/**
 * Returns the key of a mutation. It uses random bytes, since pages without TLS have no `randomUUID`.
 * @throws TypeError
 */
function keyOf(
  { path, type, context: { idempotencyKey: given } }: Operation,
  isGenerated: boolean,
): string | undefined {
  if (type !== 'mutation' || given === false) return undefined;
  if (given === undefined)
    return isGenerated ? Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join('') : undefined;
  if (keyPattern.test(given)) return given;
  throw new TypeError(
    `The idempotencyKey of ${path} takes 1 to 255 characters: printable ASCII except space, double quote, comma, semicolon and backslash`,
  );
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/** Sends one attempt, and aborts it after `timeoutMs`. Never rejects. */
function sendOnce(op: Operation, { next, signal }: Way, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const attempt = new AbortController();
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(outcome);
      attempt.abort();
    };
    const fail = (cause: Error) => end({ error: TRPCClientError.from(cause) });
    const abort = () =>
      fail(Object(signal.reason) instanceof Error ? signal.reason : new Error('The call was aborted'));
    const timer = setTimeout(
      () => fail(new Error(`The API did not answer within ${Math.round(timeoutMs)} ms`)),
      timeoutMs,
    );
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();
    next({ ...op, signal: attempt.signal }).subscribe({
      next: (result) => end({ result }),
      error: (error) => end({ error }),
    });
  });
}

/** Resolves after the given time, or when the call is aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
