import { setTimeout as sleep } from 'node:timers/promises';

export interface RateLimit {
  /** Units spent so far. */
  readonly spent: number;
  /** Waits for its turn, then runs a request with an expected cost; the cost that it returns is charged. */
  run<R>(estimate: number, request: () => Promise<{ result: R; units: number }>): Promise<R>;
}

/**
 * Lets requests through at `unitsPerSecond` on average, in order of arrival. @throws the signal's reason while waiting
 */
export function createRateLimit(unitsPerSecond: number, signal: AbortSignal | undefined): RateLimit {
  const msPerUnit = 1000 / unitsPerSecond;
  let paidUntil = 0;
  let spent = 0;
  return {
    get spent() {
      return spent;
    },
    async run(estimate, request) {
      signal?.throwIfAborted();
      const startAt = Math.max(performance.now(), paidUntil);
      paidUntil = startAt + estimate * msPerUnit;
      const waitMs = startAt - performance.now();
      if (waitMs > 1) await sleep(waitMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
      const { result, units } = await request().catch((error: unknown) => {
        signal?.throwIfAborted(); // the reason says more than the SDK's AbortError
        throw error;
      });
      spent += units;
      paidUntil += (units - estimate) * msPerUnit;
      return result;
    },
  };
}
