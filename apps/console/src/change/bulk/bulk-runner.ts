import { describeError } from '../../api/errors.js';
import { isKeyForgotten } from '../save/key-lifetime.js';
import { isBusy, isRejectedByWrite, isUnknownOutcome, pauseBefore } from '../save/outcome.js';
import { wait } from '../save/wait.js';
import { failureReason } from './failure-reason.js';

/** A row that was not changed, and why. */
export interface FailedRow {
  /** The id of the entity, or the number of the row in its file. */
  readonly row: string;
  readonly reason: string;
  /** What was sent or read, for the report. */
  readonly values?: unknown;
}

/** The outcome of one piece of work: of one row, or of several that are sent together. */
export interface WorkOutcome {
  readonly done: number;
  readonly failed: readonly FailedRow[];
}

export interface RunState {
  /** `broken`: the rows could not be read to their end. */
  readonly status: 'running' | 'paused' | 'cancelled' | 'done' | 'broken';
  readonly done: number;
  readonly failed: readonly FailedRow[];
  /** Milliseconds since 1970: nothing is sent until then, since the API is busy. */
  readonly waitsUntil?: number | undefined;
  /** True once the run is stopped, while calls are under way. */
  readonly isStopping?: boolean | undefined;
  /** Why the run is paused by itself, or broken. */
  readonly error?: unknown;
}

export interface RunOptions<T> {
  readonly rows: AsyncIterable<T> | Iterable<T>;
  /**
   * Changes the entities of a row. It is called again for the same row if the API was busy, or if the outcome is
   * unknown, and must use the same idempotency key then. The signal aborts when the run is stopped: the work begins no
   * further call, but lets one under way end, so that its outcome is counted.
   */
  readonly work: (row: T, signal: AbortSignal) => Promise<WorkOutcome>;
  /** Names a row that failed as a whole, or whose outcome stays unknown. */
  readonly failedRows: (row: T, reason: string, isUnknown: boolean) => readonly FailedRow[];
  readonly onChange: (state: RunState) => void;
  /** How many rows are under way at a time. @default 4 */
  readonly concurrency?: number;
  readonly pause?: typeof wait;
}

export interface Run {
  readonly pause: () => void;
  readonly resume: () => void;
  /** Sends no further rows. Calls that are under way end first. */
  readonly cancel: () => void;
  /** Resolves at the end of the run, with its last state. */
  readonly finished: Promise<RunState>;
}

/** How often a row is sent whose outcome stays unknown. */
const mostUnknown = 5;

/** Works through rows, a few at a time. When the API is busy, all wait as long as it asks for. */
export function startRun<T>(options: RunOptions<T>): Run {
  const { rows, work, failedRows, onChange, concurrency = 4, pause = wait } = options;
  const stop = new AbortController();
  const source = iteratorOf(rows);
  const failures: FailedRow[] = []; // one list that grows: copies of a long one would take longer than the rows
  let state: RunState = { status: 'running', done: 0, failed: failures };
  let sleepers: (() => void)[] = [];
  let busyTimes = 0;
  let opening: Promise<void> | undefined;

  const set = (part: Partial<RunState>) => {
    state = { ...state, ...part };
    onChange(state);
  };
  const isOver = () => stop.signal.aborted || state.status === 'broken';

  const wake = () => {
    for (const resolve of sleepers) resolve();
    sleepers = [];
  };

  /** Lets nobody through while the run is paused, or the API is busy. */
  async function gate(): Promise<void> {
    while (!isOver() && (state.status === 'paused' || opening))
      await (opening ?? new Promise<void>((resolve) => sleepers.push(resolve)));
  }
  /** Closes the gate for all, for as long as the API asks. */
  function waitForApi(error: unknown): void {
    if (opening) return;
    const ms = pauseBefore(busyTimes++, error);
    set({ waitsUntil: Date.now() + ms });
    opening = pause(ms, stop.signal)
      .catch(() => {})
      .then(() => {
        opening = undefined;
        set({ waitsUntil: undefined });
      });
  }

  async function workOn(row: T): Promise<void> {
    const sentAt = Date.now();
    let lost: unknown; // the latest error that left the outcome unknown
    const countUnknown = (error: unknown) => count(0, failedRows(row, failureReason(error), true));
    for (let unknown = 0; ; ) {
      await gate();
      if (unknown > 0 && (isOver() || isKeyForgotten(sentAt))) return countUnknown(lost);
      if (isOver()) return;
      try {
        const { done, failed } = await work(row, stop.signal);
        busyTimes = 0;
        return count(done, failed);
      } catch (error) {
        const { kind } = describeError(error);
        const isUnknown = isUnknownOutcome(error);
        if (isUnknown) lost = error;
        if (isUnknown && (++unknown === mostUnknown || isOver())) return countUnknown(error);
        if (isUnknown || isBusy(error)) waitForApi(error);
        else if (kind === 'signedOut') pauseRun(error);
        else if (kind !== 'aborted' || !stop.signal.aborted) {
          // a rejection before the write says nothing about an attempt that may have been applied
          if (unknown > 0 && !isRejectedByWrite(error)) return countUnknown(lost);
          return count(0, failedRows(row, failureReason(error), false));
        }
      }
    }
  }
  const count = (done: number, failed: readonly FailedRow[]) => {
    for (const one of failed) failures.push(one);
    set({ done: state.done + done });
  };

  async function worker(): Promise<void> {
    for (;;) {
      await gate();
      if (isOver()) return;
      const next = await source.next();
      if (next.done) return;
      await workOn(next.value);
    }
  }
  const pauseRun = (error?: unknown) => {
    if (state.status === 'running') set({ status: 'paused', error });
  };
  const workers = Array.from({ length: concurrency }, () =>
    worker().catch((error: unknown) => {
      if (!isOver()) set({ status: 'broken', error });
    }),
  );
  const finished = Promise.all(workers).then(async () => {
    await source.return?.()?.catch(() => {});
    if (state.status === 'running' || state.status === 'paused')
      set({ status: stop.signal.aborted ? 'cancelled' : 'done', isStopping: undefined });
    return state;
  });
  return {
    pause: () => pauseRun(),
    resume: () => {
      if (state.status !== 'paused') return;
      set({ status: 'running', error: undefined });
      wake();
    },
    cancel: () => {
      stop.abort();
      set({ isStopping: true });
      wake();
    },
    finished,
  };
}

async function* iteratorOf<T>(rows: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* rows;
}
