import type { Entry, Outcome } from './history.js';
import { notDone } from './outcome.js';

type Timed = 'worker' | 'call' | 'start' | 'end';
type Untimed<E> = E extends Entry ? Omit<E, Timed> : never;

export interface Recorder {
  readonly entries: readonly Entry[];
  /** Runs one call, and keeps what it was and how it ended: one entry, or one for each element of a batch. */
  record<R>(
    worker: number,
    call: number,
    run: () => Promise<R>,
    describe: (result: Result<R>) => Described,
  ): Promise<void>;
}

/** What a call answered, or how it did not. */
export type Result<R> = { readonly value: R } | { readonly notDone: ReturnType<typeof notDone> };
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
        (error: unknown) => ({ notDone: notDone(error) }),
      );
      const end = Math.ceil(elapsed());
      for (const entry of [describe(result)].flat()) entries.push({ worker, call, start, end, ...entry } as Entry);
    },
  };
}

/** The outcome of a call: of its value what is to be kept, or how it was not done. */
export function outcomeOf<R, T extends object>(result: Result<R>, keep: (value: R) => T): Outcome<T> {
  return 'value' in result ? { is: 'ok', ...keep(result.value) } : result.notDone;
}
