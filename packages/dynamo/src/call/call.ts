import type { ConsumedCapacity, VectorCapacity } from '@aws-sdk/client-dynamodb';
import type { Connection } from '../connection/connection.js';
import {
  DatabaseUnavailableError,
  DeadlineExceededError,
  ThrottledError,
  WriteOutcomeUnknownError,
} from '../errors.js';
import type { CallOptions } from '../options.js';
import { shallowMerge } from '../shallow-merge.js';
import type { Attempt, LeaveOut, Operation, Operations } from '../transport/transport.js';
import { attemptTimedOut, onAbort, runAttempt } from './attempt.js';
import { classifyFailure, type Failure, translateFailure } from './classify-failure.js';
import { type FailedConditions, failedConditionsOf } from './condition-failure.js';

export const defaultDeadlineMs = 5000;
/** First and longest back-off in milliseconds, both before jitter: load lasts, another writer is soon done. */
const backOff = { throttled: [50, 1000], conflict: [10, 100] } as const;
/** An attempt may take half of the remaining time, so that a lost answer leaves time for a retry; the last second is not divided. */
const undividedMs = 1000;
const longestAttemptMs = 30_000;
/** A retry with less time than this would only turn a known rejection into an unknown outcome. */
const worthwhileMs = 20;
/**
 * DynamoDB forgets a ClientRequestToken ten minutes after its request, and fences are kept for ten. Measured on the wall clock, since a
 * suspended process does not advance any other.
 */
const longestRetryMs = 9 * 60_000;

/** An entity that a call has written, or may have written. A version is absent if there was or is no entity, or if no answer tells it. */
export interface WrittenEntity {
  readonly entity: string;
  /** Unprefixed. */
  readonly id: string;
  readonly versionBefore?: number | undefined;
  readonly versionAfter?: number | undefined;
  /** The outcome of the write is unknown. */
  readonly isUncertain?: true;
}

/** Requests and capacity units of one call, all its forks together. */
export interface Meter {
  /** Ask the database for the units of each request: only where they will be logged. */
  readonly isOn: boolean;
  requests: number;
  capacityUnits: number;
  /** For the log line, and so for an audit trail. */
  readonly written: WrittenEntity[];
}

/** How a write ended. `abandoned`: an earlier attempt, with the same bytes, got no answer; it may have been applied and may still arrive. */
export type WriteResult<O> =
  | { readonly is: 'applied'; readonly abandoned: boolean; readonly output: O }
  | { readonly is: 'rejected'; readonly abandoned: boolean; readonly failed: FailedConditions }
  /** A write that must not be applied twice got no answer, and was not retried. */
  | { readonly is: 'unanswered'; readonly abandoned: true; readonly cause: unknown };

/** How a request is sent and its answer read. */
interface RequestOptions {
  readonly isWrite: boolean;
  readonly isNonIdempotent?: boolean;
  readonly leaveOut?: LeaveOut | undefined;
}

/** What is known of the attempts of one request. */
interface Attempts {
  abandoned: boolean;
  failure?: Failure;
  cause?: unknown;
}

/** One call of a model: its deadline, its caller's signal, its cost. The only place where a request is retried, byte for byte. */
export class Call {
  readonly connection: Connection;
  readonly meter: Meter;
  /** Last throttling reason, cleared by the next success. A call that spent its deadline backing off therefore fails with ThrottledError. */
  #busy: 'throttled' | 'conflict' | undefined;
  readonly #options: CallOptions;
  readonly #deadlineMs: number;
  readonly #deadlineAt: number;

  constructor(connection: Connection, options: CallOptions, meter: Meter) {
    const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
    if (!(deadlineMs >= 0)) throw new RangeError(`deadlineMs is ${deadlineMs}; it takes milliseconds from 0 up`);
    this.connection = connection;
    this.meter = meter;
    this.#options = options;
    this.#deadlineMs = deadlineMs;
    this.#deadlineAt = performance.now() + deadlineMs;
  }

  /** Returns the same call with a deadline of its own from now on: one for each page of a scan and each chunk of a batch. */
  fork(): Call {
    return new Call(this.connection, this.#options, this.meter);
  }

  /** Options for what a subclass does as a part of this call: the same signal, the remaining time. */
  get rest(): CallOptions {
    return { signal: this.#options.signal, deadlineMs: Math.max(0, this.#deadlineAt - performance.now()) };
  }

  /** Sends a read until there is an answer or no time. @param leaveOut attributes that the items of the answer may lack */
  async read<N extends Operation>(
    operation: N,
    input: Operations[N][0],
    leaveOut?: LeaveOut,
  ): Promise<Operations[N][1]> {
    const result = await this.#request(operation, input, { isWrite: false, leaveOut });
    return (result as { output: Operations[N][1] }).output;
  }

  /**
   * Sends a write until there is an answer or no time. After an attempt without an answer, every error is a WriteOutcomeUnknownError.
   * @param isNonIdempotent a second application would count twice, so an attempt without an answer ends the request
   */
  write<N extends Operation>(
    operation: N,
    input: Operations[N][0],
    isNonIdempotent = false,
  ): Promise<WriteResult<Operations[N][1]>> {
    return this.#request(operation, input, { isWrite: true, isNonIdempotent });
  }

  /** Waits before a request that is made anew, for unprocessed items or after another writer; not charged to the retry budget. */
  async pause(attempt: number, reason: 'throttled' | 'conflict'): Promise<void> {
    this.#busy = reason;
    const attempts = { abandoned: false, failure: reason };
    await this.#sleep(pauseMs(attempt, reason), attempts);
    this.#throwIfOver(attempts);
  }

  async #request<N extends Operation>(
    operation: N,
    input: Operations[N][0],
    { isWrite, isNonIdempotent = false, leaveOut }: RequestOptions,
  ): Promise<WriteResult<Operations[N][1]>> {
    const { connection, meter } = this;
    const request = meter.isOn ? shallowMerge(input, { ReturnConsumedCapacity: 'TOTAL' as const }) : input;
    const send = connection.transport(operation, request, leaveOut);
    const attempts: Attempts = { abandoned: false };
    let isClockCorrected = false;
    let firstSentAt = 0;
    for (let count = 1; ; count++) {
      if (attempts.failure) await this.#backOff(attempts.failure, count - 1, attempts);
      this.#throwIfOver(attempts);
      if (firstSentAt === 0) firstSentAt = Date.now();
      else if (attempts.abandoned && Date.now() - firstSentAt > longestRetryMs) throw this.#end(attempts);
      const attempt: Attempt = { isOver: false, isSent: false };
      try {
        meter.requests++;
        const output = await runAttempt(send, attempt, this.#attemptMs(), this.#options.signal);
        connection.retries.earn();
        this.#busy = undefined;
        if (meter.isOn) this.#measure(output.ConsumedCapacity);
        return { is: 'applied', abandoned: attempts.abandoned, output };
      } catch (error) {
        const failed = isWrite ? failedConditionsOf(error) : undefined;
        if (failed) {
          connection.retries.earn();
          return { is: 'rejected', abandoned: attempts.abandoned, failed };
        }
        const failure = failureOf(error, attempt);
        if (isWrite && failure === 'ambiguous') attempts.abandoned = true;
        attempts.failure = failure === 'clockSkew' && isClockCorrected ? 'permanent' : failure;
        attempts.cause = error === attemptTimedOut ? undefined : error;
        isClockCorrected ||= failure === 'clockSkew';
        if (failure === 'throttled' || failure === 'conflict') this.#busy = failure;
        if (this.#options.signal?.aborted && error === this.#options.signal.reason) {
          if (isWrite && (attempts.abandoned || attempt.isSent)) throw new WriteOutcomeUnknownError({ cause: error });
          throw error;
        }
        if (attempts.failure === 'permanent') {
          const translated = translateFailure(error, connection.tableName, input);
          throw attempts.abandoned ? new WriteOutcomeUnknownError({ cause: translated }) : translated;
        }
        if (isNonIdempotent && attempts.abandoned) return { is: 'unanswered', abandoned: true, cause: attempts.cause };
      }
    }
  }

  #attemptMs(): number {
    const remainingMs = this.#deadlineAt - performance.now();
    return Math.min(remainingMs > undividedMs ? remainingMs / 2 : remainingMs, longestAttemptMs);
  }

  async #backOff(failure: Failure, attempt: number, attempts: Attempts): Promise<void> {
    const { retries } = this.connection;
    if (failure === 'clockSkew') return;
    if (failure === 'conflict') {
      // without budget the call waits for answers to other calls, which earn some
      for (let wait = attempt; ; wait++) {
        await this.#sleep(pauseMs(wait, failure), attempts);
        if (this.#options.signal?.aborted || retries.takeConflict()) return;
      }
    }
    if (!retries.take()) throw this.#end({ cause: new Error('No answer, and the retry budget is spent'), ...attempts });
    await this.#sleep(pauseMs(attempt, failure), attempts);
  }

  async #sleep(ms: number, attempts: Attempts): Promise<void> {
    const { signal } = this.#options;
    if (performance.now() + ms + worthwhileMs >= this.#deadlineAt) throw this.#end(attempts);
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        stopListening?.();
        resolve();
      };
      const timer = setTimeout(wake, ms);
      const stopListening = signal && onAbort(signal, wake);
    });
  }

  #throwIfOver(attempts: Attempts): void {
    const { signal } = this.#options;
    if (signal?.aborted) {
      throw attempts.abandoned ? new WriteOutcomeUnknownError({ cause: signal.reason }) : signal.reason;
    }
    if (performance.now() >= this.#deadlineAt) throw this.#end(attempts);
  }

  /** Returns the error of a request that is given up after a failure. */
  #end({ abandoned, failure, cause }: Attempts): Error {
    const options = cause === undefined ? undefined : { cause };
    if (abandoned) return new WriteOutcomeUnknownError(options);
    const busy =
      failure === 'throttled' || failure === 'conflict' ? failure : cause === undefined ? this.#busy : undefined;
    if (busy) return new ThrottledError(busy === 'throttled' ? 'throughput' : 'contention', options);
    if (failure === undefined || cause === undefined) return new DeadlineExceededError(this.#deadlineMs, options);
    return new DatabaseUnavailableError(options);
  }

  #measure(consumed: ConsumedCapacity | ConsumedCapacity[] | VectorCapacity | undefined): void {
    for (const one of Array.isArray(consumed) ? consumed : [consumed as ConsumedCapacity | undefined]) {
      this.meter.capacityUnits += one?.CapacityUnits ?? 0; // a search of vectors has none: it is charged by bytes
    }
  }
}

function failureOf(error: unknown, { isSent }: Attempt): Failure {
  const failure = error === attemptTimedOut ? 'ambiguous' : classifyFailure(error);
  return failure === 'ambiguous' && !isSent ? 'unreachable' : failure;
}

/** Returns milliseconds of back-off: exponential, capped, full jitter. */
function pauseMs(attempt: number, failure: Failure): number {
  const [first, longest] = backOff[failure === 'conflict' ? 'conflict' : 'throttled'];
  return Math.random() * Math.min(longest, first * 2 ** (attempt - 1));
}
