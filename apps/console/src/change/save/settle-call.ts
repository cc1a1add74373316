import type { Api } from '../../api/client.js';
import { describeError } from '../../api/errors.js';
import { isKeyForgotten } from './key-lifetime.js';
import { isBusy, isRejectedByWrite, isUnknownOutcome, pauseBefore } from './outcome.js';
import { forgetPending, keepPending, type PendingCall, releasePending } from './pending-calls.js';
import { wait } from './wait.js';

/** The outcome of a call that was applied. */
export interface Settled {
  /** Undefined if the entity has been deleted since. */
  readonly answer: unknown;
  /** `earlier`: an attempt whose answer was lost had been applied. `now`: none had been, so this one was. */
  readonly applied: 'at once' | 'earlier' | 'now';
  /** True if an earlier attempt was applied, and its entity has been deleted since. */
  readonly isDeletedSince?: boolean;
}

/** Nothing tells whether an attempt before, whose answer was lost, was applied. */
export class StillUnknownError extends Error {
  override readonly name = 'StillUnknownError';
  /** True if the call can be sent again under its key, which tells its outcome. */
  readonly canAsk: boolean;
  constructor(options: ErrorOptions & { readonly canAsk: boolean }) {
    super('It is not known whether this was saved', options);
    this.canAsk = options.canAsk;
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

/** Returns whether a further attempt of a call tells its outcome, and cannot apply it twice. */
export const canAskAgain = ({ takesKey, at }: PendingCall): boolean => takesKey && !isKeyForgotten(at);

/**
 * Sends a mutation until its outcome is known, always with the same key, so that it is applied once. The call is kept
 * in the storage of the tab meanwhile. A mutation without a key, or whose key the API has forgotten, is not sent again.
 *
 * Throws the API's error if the call was rejected at once, NotAppliedError if it was after an unknown outcome, and
 * StillUnknownError if the outcome cannot be learnt now.
 */
export async function settleCall(api: Api, call: PendingCall, options: SettleOptions = {}): Promise<Settled> {
  const { signal, onUncertain, pause = wait, deadlineMs = 10_000 } = options;
  const key = call.takesKey ? call.key : false;
  let isUncertain = options.isUncertain ?? false;
  let cause: unknown;
  const stillUnknown = () => {
    releasePending(call.key);
    return new StillUnknownError({ cause, canAsk: canAskAgain(call) });
  };
  keepPending(call);
  for (let attempt = 0; ; attempt++) {
    if (isUncertain && !canAskAgain(call)) throw stillUnknown();
    let isReplayed = false;
    const onReplayed = () => {
      isReplayed = true;
    };
    try {
      const answer = await api.mutate(call.path, call.input, { key, deadlineMs, signal, onReplayed });
      forgetPending(call.key);
      return { answer, applied: !isUncertain ? 'at once' : isReplayed ? 'earlier' : 'now' };
    } catch (error) {
      cause = error;
      if (signal?.aborted) {
        releasePending(call.key);
        throw error;
      }
      if (describeError(error).reason === 'DELETED_SINCE') {
        forgetPending(call.key);
        return { answer: undefined, applied: 'earlier', isDeletedSince: true };
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
      if ((!isUnknown && !isBusy(error)) || !canAskAgain(call)) throw stillUnknown();
      onUncertain?.(attempt);
      await pause(pauseBefore(attempt, error), signal).catch((aborted: unknown) => {
        releasePending(call.key);
        throw aborted;
      });
    }
  }
}
