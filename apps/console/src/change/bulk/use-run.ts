import { useEffect, useRef, useState } from 'react';
import { type Run, type RunOptions, type RunState, startRun } from './bulk-runner.js';

export interface RunControl {
  readonly state: RunState | undefined;
  /** Resolves at the end of the run. */
  readonly start: <T>(options: Omit<RunOptions<T>, 'onChange'>) => Promise<RunState>;
  readonly run: Run | undefined;
}

/** How often the view follows a run, in milliseconds: rows are faster than anybody can read. */
const refreshMs = 150;

/** The state of a run for a view. Leaving the view cancels the run. */
export function useRun(): RunControl {
  const [state, setState] = useState<RunState>();
  const run = useRef<Run>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      run.current?.cancel();
    },
    [],
  );
  return {
    state,
    run: run.current,
    start: async (options) => {
      let latest: RunState = { status: 'running', done: 0, failed: [] };
      setState(latest);
      const started = startRun({
        ...options,
        onChange: (next) => {
          latest = next;
          timer.current ??= setTimeout(() => {
            timer.current = undefined;
            setState(latest);
          }, refreshMs);
        },
      });
      run.current = started;
      const last = await started.finished;
      setState(last);
      return last;
    },
  };
}
