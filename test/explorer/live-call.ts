import { setImmediate as turn } from 'node:timers/promises';
import type { PausedRequest } from '@aws-starter-kit/dynamo-faults';
import type { ExploredCall } from './explored-call.js';
import type { Answer } from './rules.js';
import { type Keys, keysOf } from './step.js';

/** The two callers whose requests meet faults, and a third one who comes later. */
export type Caller = 'A' | 'B' | 'C';

/** One request of a call that waits for a decision. */
export interface Attempt {
  /** `A2`: the second request of A. */
  readonly label: string;
  readonly caller: Caller;
  readonly operation: string;
  readonly isWrite: boolean;
  readonly keys: Keys;
  readonly request: PausedRequest;
}

/** A call under way: it rests where all its requests wait for a decision, or where it has ended. */
export class LiveCall {
  readonly caller: Caller;
  readonly call: ExploredCall;
  /** The number of steps before it began. */
  readonly start: number;
  /** The step in which it ended. */
  end: number | undefined;
  answer: { readonly value: Answer } | undefined;
  isAbandoned = false;
  /** Ends the process of a call that crashes. */
  readonly crash = new AbortController();
  pending: readonly Attempt[] = [];
  requests = 0;
  /** What it has been told of its requests so far. */
  readonly history: unknown[] = [];
  /** Resolves when the call has ended. */
  whenEnded: Promise<void> = Promise.resolve();
  readonly #read = new Set<string>();
  #onChange: () => void = () => {};

  constructor(caller: Caller, call: ExploredCall, start: number) {
    this.caller = caller;
    this.call = call;
    this.start = start;
  }

  receive(request: PausedRequest): void {
    const { operation, body } = request;
    const keys = keysOf(operation, body);
    this.requests++;
    for (const key of keys.reads) this.#read.add(key);
    const attempt: Attempt = {
      label: `${this.caller}${this.requests}`,
      caller: this.caller,
      operation,
      isWrite: !/Get|Query|Scan/.test(operation),
      // whatever the call has read may decide on what it writes
      keys: { ...keys, reads: [...this.#read] },
      request,
    };
    this.pending = [...this.pending, attempt];
    this.#onChange();
  }

  begin(call: Promise<Answer>): void {
    this.whenEnded = call.then((value) => {
      this.answer = { value };
      this.#onChange();
    });
  }

  /** Takes a request out of those that wait. */
  forget(attempt: Attempt): void {
    this.pending = this.pending.filter((one) => one !== attempt);
  }

  takeAll(): readonly Attempt[] {
    const all = this.pending;
    this.pending = [];
    return all;
  }

  /** Resolves when the call rests. */
  async rest(): Promise<void> {
    await this.#turns();
    while (this.pending.length === 0 && !this.answer) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
      await this.#turns(); // requests that are sent at the same time
    }
  }

  /** An answer passes through streams and promises, which take some turns of the event loop and no time. */
  async #turns(): Promise<void> {
    for (let turns = 0; turns < 4; turns++) await turn();
  }
}
