import type { Api } from '../../api/client.js';
import { isBusy, isRejectedByWrite, isUnknownOutcome, pauseBefore } from './outcome.js';
import { forgetPending, keepPending, type PendingCall, releasePending } from './pending-calls.js';
import { wait } from './wait.js';

/** The outcome of a call that was applied. */
export interface Settled {
  readonly answer: unknown;
  /** `earlier`: an attempt whose answer was lost had been applied. `now`: none had been, so this one was. */
  readonly applied: 'at once' | 'earlier' | 'now';
}

/** The API rejects the call, but says nothing about an attempt before, whose answer was lost. */
export class StillUnknownError extends Error {
  override readonly name = 'StillUnknownError';
  constructor(options: ErrorOptions) {
    super('It is not known whether this was saved', options);
  }
}

/** No attempt was applied, though the answer of an earlier one was lost. */
export class NotAppliedError extends Error {
  override readonly name = 'NotAppliedError';
  constructor(options: ErrorOptions) {
    super('This was not saved', options);
  }
}

/** Returns the error of the API that says why a call was not applied. */
export const rejectionOf = (error: unknown): unknown => (error instanceof NotAppliedError ? error.cause : error);

export interface SettleOptions {
  readonly signal?: AbortSignal | undefined;
  /** An attempt of an earlier page may have been applied. */
  readonly isUncertain?: boolean | undefined;
  /** Called when the outcome is unknown, before each further attempt. */
  readonly onUncertain?: ((attempt: number) => void) | undefined;
  readonly pause?: typeof wait;
  /** How long an attempt may take, with the retries that the client makes on its own. @default 10,000 */
  readonly deadlineMs?: number;
}

/**
 * Sends a mutation until its outcome is known, always with the same key, so that it is applied once. The call is kept
 * in the storage of the tab meanwhile.
 *
 * Throws the API's error if the call was rejected at once, NotAppliedError if it was after an unknown outcome, and
 * StillUnknownError if the outcome cannot be learnt now.
 */
export async function settleCall(api: Api, call: PendingCall, options: SettleOptions = {}): Promise<Settled> {
  const { signal, onUncertain, pause = wait, deadlineMs = 10_000 } = options;
  let isUncertain = options.isUncertain ?? false;
  keepPending(call);
  for (let attempt = 0; ; attempt++) {
    let isReplayed = false;
    const onReplayed = () => {
      isReplayed = true;
    };
    try {
      const answer = await api.mutate(call.path, call.input, { key: call.key, deadlineMs, signal, onReplayed });
      forgetPending(call.key);
      return { answer, applied: !isUncertain ? 'at once' : isReplayed ? 'earlier' : 'now' };
    } catch (error) {
      if (signal?.aborted) {
        releasePending(call.key);
        throw error;
      }
      const isUnknown = isUnknownOutcome(error);
      if (!isUncertain && !isUnknown) {
        forgetPending(call.key);
        throw error;
      }
      isUncertain = true;
      if (!isUnknown && isRejectedByWrite(error)) {
        forgetPending(call.key);
        throw new NotAppliedError({ cause: error });
      }
      if (!isUnknown && !isBusy(error)) {
        releasePending(call.key);
        throw new StillUnknownError({ cause: error });
      }
      onUncertain?.(attempt);
      await pause(pauseBefore(attempt, error), signal).catch((aborted: unknown) => {
        releasePending(call.key);
        throw aborted;
      });
    }
  }
}
