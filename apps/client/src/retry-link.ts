import { type Operation, type OperationLink, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { isOfWrite, mayHaveBeenApplied, outcomeUnknown, retryPauseMs } from './api-error.js';
import type { AppRouter } from './api-types.js';
import type { TokenSource } from './token-source.js';

declare module '@trpc/client' {
  /** Options of one call, beside its signal: `users.create.mutate(input, { context: { deadlineMs: 2000 } })`. */
  interface OperationContext {
    /** How long the call may take, retries included, in milliseconds. @default that of the client */
    deadlineMs?: number | undefined;
    /**
     * The key under which the API applies a mutation once. Give one to repeat a call later, such as after a reload of
     * the page. Without a key (`false`) a mutation costs less, and is not retried if it may have been applied.
     * @default a new random key for each call
     */
    idempotencyKey?: string | false | undefined;
  }
}

/** The API ends a call after 5 s, so that no answer comes later than this. */
const longestAttemptMs = 7_000;

/** Retries of a client without a success. Each success gives one back. */
const mostRetries = 100;

interface RetryOptions {
  /** Of each call, in milliseconds. */
  readonly deadlineMs: number;
  /** False: one attempt, and no idempotency keys. */
  readonly retries: boolean;
  readonly tokens: TokenSource;
}

type Next = Parameters<OperationLink<AppRouter>>[0]['next'];
type Result = Parameters<NonNullable<Parameters<ReturnType<Next>['subscribe']>[0]['next']>>[0];
type Outcome = { readonly result: Result } | { readonly error: TRPCClientError<AppRouter> };

/** What one attempt of a call tells its link, and is told by it. */
export interface Attempt {
  /** Milliseconds since 1970: later than the attempts before. */
  readonly sentAt: number;
  /** The token that was sent. */
  token?: string | undefined;
  /** The function that gives tokens has thrown: nothing was sent. */
  isUnsent?: boolean;
}

/** Attempts by the context of their operations. */
export const attempts = new WeakMap<object, Attempt>();

/**
 * Returns a link that sends a call until it is answered or its deadline has passed. A mutation keeps its idempotency key
 * from attempt to attempt, so that it is applied once, whatever ended the attempts.
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

/** How one call reaches the next link. */
interface Way {
  readonly next: Next;
  /** Retries that the client has left, for all its calls: an API in trouble does not get many times the load. */
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
    // only the write itself knows of the attempts before: a rejection on the way to it says nothing about them
    if (pauseMs === undefined) return isUncertain && !isOfWrite(error) ? unknown(error) : outcome;
    const mayRetry = (key !== undefined || !isUncertain) && budget.retries > 0;
    if (!mayRetry || performance.now() + pauseMs >= givesUpAt) return isUncertain ? unknown(error) : outcome;
    budget.retries--;
    await pause(pauseMs, signal);
  }
}

/** What the API accepts. */
const keyPattern = /^[!#-+\--:<-[\]-~]{1,255}$/;

/** Returns the key of a mutation. Random bytes: `randomUUID` is missing in pages without TLS. @throws TypeError */
function keyOf(
  { path, type, context: { idempotencyKey: given } }: Operation,
  isGenerated: boolean,
): string | undefined {
  if (type !== 'mutation' || given === false) return undefined;
  if (given === undefined)
    return isGenerated ? Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join('') : undefined;
  if (keyPattern.test(given)) return given;
  throw new TypeError(
    `The idempotencyKey of ${path} takes 1 to 255 characters of ASCII, without space, quote, comma, semicolon and backslash`,
  );
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/** Sends one attempt, and waits for its end only as long as it may take. It never rejects. */
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

/** Resolves after a time, or when the call ends. */
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
