import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { Connection } from './connection.js';
import {
  DatabaseUnavailableError,
  DeadlineExceededError,
  ItemTooLargeError,
  TableNotFoundError,
  ThrottledError,
  WriteOutcomeUnknownError,
} from './errors.js';
import { cancellationReasons, classify, type Failure } from './failure.js';
import { merged } from './merged.js';
import type { CallOptions } from './options.js';
import type { Attempt, Operation, Operations } from './transport.js';

export const defaultDeadlineMs = 5000;
/** First and longest back-off in milliseconds, both before jitter: load lasts, another writer is soon done. */
const backOff = { load: [50, 1000], contention: [10, 100] } as const;
/** An attempt may take half of what is left, so that a lost reply leaves time to ask again; the last second is not divided. */
const undividedMs = 1000;

/** How often an attempt looks at its caller's signal. */
const lookEveryMs = 10;

/** A repeat with less time than this would only turn a refusal that is known into an outcome that is not. */
const worthwhileMs = 20;

const reads: ReadonlySet<Operation> = new Set<Operation>(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
const attemptTimedOut = Symbol('attempt timed out');

/** Answers that only a database gives which has looked at the request; an expired token, say, tells nothing of an earlier attempt. */
const judgesTheRequest = (error: unknown) =>
  cancellationReasons(error) !== undefined ||
  /^(ConditionalCheckFailed|Validation)Exception$/.test((error as Error).name);

/** The longest delay that Node's timers take; a longer one would end at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Requests and capacity units of one call, all its parts together. */
export interface Meter {
  /** Ask the database what each request consumes: only where it will be logged. */
  readonly isOn: boolean;
  requests: number;
  capacityUnits: number;
}

/**
 * One call of the model: its deadline, its caller's signal, what it costs. The only place where a request is repeated, and then byte for
 * byte, so that the database (by token) or we (by write id) recognise the repeat.
 */
export class Call {
  readonly connection: Connection;
  readonly meter: Meter;
  /** The last request was sent more than once and an attempt before the last may have happened. */
  isRepeat = false;
  /** A write of this call may have happened although no answer said so. */
  mayHaveWritten = false;
  /** What the database refused last, until it answers: so a call that waited for load until its end says so, though its last try had no time. */
  #busy: 'throughput' | 'contention' | undefined;
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

  /** The same call with a deadline of its own from now on: one for each page of a scan, each chunk of a batch. */
  part(): Call {
    return new Call(this.connection, this.#options, this.meter);
  }

  /** For what a subclass does as a part of this call: the same signal, and the time that is left. */
  get rest(): CallOptions {
    return { signal: this.#options.signal, deadlineMs: Math.max(0, this.#deadlineAt - performance.now()) };
  }

  get isAborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /**
   * Sends a request, again where that helps, until there is an answer or no time. Rejects with our errors, or the SDK's if final.
   * @param isOnce not again where the first try may have happened
   */
  async send<N extends Operation>(
    operation: N,
    input: Operations[N][0],
    { isOnce = false }: { isOnce?: boolean | undefined } = {},
  ): Promise<Operations[N][1]> {
    const { connection } = this;
    const isWrite = !reads.has(operation);
    const mightHaveBefore = this.mayHaveWritten; // an answer to this request tells nothing of those before it
    const request = this.meter.isOn ? merged(input, { ReturnConsumedCapacity: 'TOTAL' as const }) : input;
    let failure: Failure | undefined;
    let cause: unknown;
    this.isRepeat = false;
    for (let attempt = 1; ; attempt++) {
      if (failure) await this.#backOff(failure, attempt, cause);
      this.#throwIfOver(failure, cause);
      try {
        const output = await this.#attempt(operation, request);
        connection.retries.earn();
        this.#busy = undefined;
        if (isWrite) this.mayHaveWritten = mightHaveBefore;
        if (this.meter.isOn) this.#measure(output.ConsumedCapacity);
        return output;
      } catch (error) {
        cause = error === attemptTimedOut ? undefined : error;
        failure = error === attemptTimedOut ? 'broken' : classify(error);
        if (failure === 'throughput' || failure === 'contention') this.#busy = failure;
        if (this.isAborted && error === this.#options.signal?.reason) {
          if (isWrite) throw new WriteOutcomeUnknownError({ cause: error });
          throw error;
        }
        if (failure === 'skew' && attempt > 1) failure = 'final';
        if (failure === 'final') {
          if (this.isRepeat && !judgesTheRequest(error)) throw new WriteOutcomeUnknownError({ cause: error });
          if (isWrite) this.mayHaveWritten = mightHaveBefore;
          throw this.#translate(error, input);
        }
        if (isWrite && failure === 'broken') this.isRepeat = this.mayHaveWritten = true;
        if (isOnce && failure === 'broken') throw new WriteOutcomeUnknownError({ cause });
      }
    }
  }

  /** Waits before a request that is made anew, for unprocessed items or after another writer; not charged to the retry budget. */
  async pause(attempt: number, reason: 'throughput' | 'contention'): Promise<void> {
    this.#busy = reason;
    await this.#sleep(this.#pauseMs(attempt, reason), reason, undefined);
    this.#throwIfOver(reason, undefined);
  }

  #attempt<N extends Operation>(operation: N, input: Operations[N][0]): Promise<Operations[N][1]> {
    const { signal } = this.#options;
    const attempt: Attempt = { isOver: false };
    const left = this.#deadlineAt - performance.now();
    const longest = Math.min(left > undividedMs ? left / 2 : left, longestTimerMs);
    const endsAt = performance.now() + longest;
    this.meter.requests++;
    const answer = this.connection.transport(operation, input, attempt);
    return new Promise((resolve, reject) => {
      const giveUp = (reason: unknown) => {
        attempt.isOver = true;
        attempt.onOver?.(); // frees the socket of a request that nobody waits for
        reject(reason);
      };
      // to listen to a signal costs as much as to sign the request
      const look = () => {
        const msLeft = endsAt - performance.now();
        if (signal?.aborted) giveUp(signal.reason);
        else if (msLeft <= 0) giveUp(attemptTimedOut);
        else timer = setTimeout(look, signal ? Math.min(msLeft, lookEveryMs) : msLeft);
      };
      let timer = setTimeout(look, signal ? Math.min(longest, lookEveryMs) : longest);
      answer.then(
        (output) => {
          clearTimeout(timer);
          resolve(output);
        },
        (error) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
  }

  async #backOff(failure: Failure, attempt: number, cause: unknown): Promise<void> {
    if (failure === 'skew') return;
    if (failure !== 'contention' && !this.connection.retries.take()) {
      throw this.#end(failure, cause ?? new Error('No answer, and no repeats left'));
    }
    await this.#sleep(this.#pauseMs(attempt - 1, failure), failure, cause);
  }

  /** Exponential, capped, full jitter. */
  #pauseMs(attempt: number, failure: Failure): number {
    const [first, longest] = backOff[failure === 'contention' ? 'contention' : 'load'];
    return Math.random() * Math.min(longest, first * 2 ** (attempt - 1));
  }

  async #sleep(ms: number, failure: Failure, cause: unknown): Promise<void> {
    const { signal } = this.#options;
    if (performance.now() + ms + worthwhileMs >= this.#deadlineAt) throw this.#end(failure, cause);
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  #throwIfOver(failure: Failure | undefined, cause: unknown): void {
    const { signal } = this.#options;
    if (signal?.aborted)
      throw this.mayHaveWritten ? new WriteOutcomeUnknownError({ cause: signal.reason }) : signal.reason;
    if (performance.now() >= this.#deadlineAt) throw this.#end(failure, cause);
  }

  /** The error of a call that gives up after a failure. */
  #end(failure: Failure | undefined, cause: unknown): Error {
    const options = cause === undefined ? undefined : { cause };
    if (this.mayHaveWritten) return new WriteOutcomeUnknownError(options);
    if (failure === 'throughput' || failure === 'contention') return new ThrottledError(failure, options);
    if (this.#busy && cause === undefined) return new ThrottledError(this.#busy, options);
    if (failure === undefined || cause === undefined) return new DeadlineExceededError(this.#deadlineMs, options);
    return new DatabaseUnavailableError(options);
  }

  #translate(error: unknown, input: object): unknown {
    const { name, message } = error as Error;
    const texts = [message, ...(cancellationReasons(error) ?? []).map((reason) => reason.Message ?? '')];
    if (name === 'ResourceNotFoundException')
      return new TableNotFoundError(this.connection.tableName, { cause: error });
    if (texts.some((text) => /item size .*exceeded|item size to update/i.test(text ?? ''))) {
      return new ItemTooLargeError(Buffer.byteLength(JSON.stringify(input)), { cause: error });
    }
    return error;
  }

  #measure(consumed: ConsumedCapacity | ConsumedCapacity[] | undefined): void {
    for (const one of Array.isArray(consumed) ? consumed : [consumed]) {
      this.meter.capacityUnits += one?.CapacityUnits ?? 0;
    }
  }
}
