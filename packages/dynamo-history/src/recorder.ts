import { failureOf } from './failure.js';
import type { Entry, Outcome } from './history.js';

type Timed = 'worker' | 'call' | 'start' | 'end';
export type Untimed<E> = E extends Entry ? Omit<E, Timed> : never;

export interface Recorder {
  readonly entries: readonly Entry[];
  /** Runs one call, and records what it was and how it ended: one entry, or one for each element of a batch or part of a transaction. */
  record<R>(
    worker: number,
    call: number,
    run: () => Promise<R>,
    describe: (result: Result<R>) => Described,
  ): Promise<void>;
}

/** What a call returned or threw. */
export type Result<R> = { readonly value: R } | { readonly error: unknown };
export type Described = Untimed<Entry> | readonly Untimed<Entry>[];

/** Keeps entries in the order in which calls end. Its clock is the machine's, so that entries of several processes can be compared. */
export function createRecorder(epoch: bigint): Recorder {
  const entries: Entry[] = [];
  const elapsed = () => Number(process.hrtime.bigint() - epoch) / 1000;
  return {
    entries,
    async record(worker, call, run, describe) {
      const start = Math.floor(elapsed());
      const result = await run().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      const end = Math.ceil(elapsed());
      for (const entry of [describe(result)].flat()) entries.push({ worker, call, start, end, ...entry } as Entry);
    },
  };
}

/** Returns the outcome of a call: what is kept of its value, or how it failed. */
export function outcomeOf<R, T extends object>(result: Result<R>, keep: (value: R) => T): Outcome<T> {
  return 'value' in result ? { is: 'ok', ...keep(result.value) } : failureOf(result.error);
}
