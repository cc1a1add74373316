import type { Attempt } from '../transport/transport.js';

/** The error of an attempt that got no answer in time. */
export const attemptTimedOut = Symbol('attempt timed out');

/** Runs one attempt until its answer, its time or the caller's abort, whichever comes first. Rejects with the signal's reason after an abort. */
export function runAttempt<O>(
  send: (attempt: Attempt) => Promise<O>,
  attempt: Attempt,
  longestMs: number,
  signal: AbortSignal | undefined,
): Promise<O> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      stopListening?.();
    };
    const giveUp = (reason: unknown) => {
      end();
      attempt.isOver = true;
      attempt.onOver?.(); // resets the socket of a request whose answer nobody awaits
      reject(reason);
    };
    const timer = setTimeout(giveUp, longestMs, attemptTimedOut);
    const stopListening = signal && onAbort(signal, () => giveUp(signal.reason));
    attempt.onAnswer = end;
    send(attempt).then(
      (output) => {
        end();
        resolve(output);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when a signal is aborted, and returns a function that stops it. All calls and waits on one signal share one listener: to add one
 * costs as much as to sign a request, and from eleven on Node.js warns of a leak.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = listeners.get(signal);
  if (!callbacks) {
    const added = new Set<() => void>();
    const callAll = () => {
      for (const one of [...added]) one();
    };
    signal.addEventListener('abort', callAll, { once: true });
    listeners.set(signal, added);
    callbacks = added;
  }
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}
