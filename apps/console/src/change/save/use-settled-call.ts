import { useEffect, useRef, useState } from 'react';
import { useApi } from '../../api/api-context.js';
import { callsOfForm, type NewCall } from './calls-of-form.js';
import type { Settled } from './settle-call.js';

/** How far a change is. */
export type SaveState =
  | { readonly is: 'idle' }
  | { readonly is: 'saving' }
  /** The outcome is unknown, and the API is asked again. */
  | { readonly is: 'asking'; readonly attempt: number }
  | { readonly is: 'failed'; readonly error: unknown };

export interface Saver {
  readonly state: SaveState;
  /** Returns the outcome; undefined if the call failed or was stopped. `onError` may take an error over by true. */
  readonly save: (
    call: NewCall,
    onError?: (error: unknown) => boolean | Promise<boolean>,
  ) => Promise<Settled | undefined>;
  /** Stops asking. The call stays pending, and a note offers to ask again. */
  readonly stop: () => void;
  readonly reset: () => void;
}

/** Sends changes until their outcome is known, each under a key of its own. */
export function useSettledCall(): Saver {
  const api = useApi();
  const [state, setState] = useState<SaveState>({ is: 'idle' });
  const [calls] = useState(callsOfForm);
  const stopper = useRef<AbortController>(undefined);
  useEffect(() => () => stopper.current?.abort(), []);
  return {
    state,
    save: async (call, onError) => {
      const stop = new AbortController();
      stopper.current = stop;
      setState({ is: 'saving' });
      try {
        const settled = await calls.settle(api, call, {
          signal: stop.signal,
          onUncertain: (attempt) => setState({ is: 'asking', attempt }),
        });
        setState({ is: 'idle' });
        return settled;
      } catch (error) {
        if (stop.signal.aborted) setState({ is: 'idle' });
        else setState((await onError?.(error)) ? { is: 'idle' } : { is: 'failed', error });
        return undefined;
      }
    },
    stop: () => stopper.current?.abort(),
    reset: () => setState({ is: 'idle' }),
  };
}
