import { setTimeout as sleep } from 'node:timers/promises';
import { readinessUrl } from './api-url.js';
import { DemoFailure } from './demo-failure.js';
import { reasonOf } from './failure-reason.js';

export interface WaitOptions {
  url: string;
  waitMs: number;
  signal: AbortSignal;
  /** Called once when it takes a while. */
  onWait: () => void;
}

/** Waits until the API is ready: `pnpm dev` starts it at the same time as the demo. */
export async function waitForApi({ url, waitMs, signal, onWait }: WaitOptions): Promise<void> {
  const started = performance.now();
  let said = false;
  for (;;) {
    const missing = await whatIsMissing(url, signal);
    if (missing === null) return;
    const waited = performance.now() - started;
    if (waited >= waitMs) throw new DemoFailure(missing);
    if (!said && waited > 1_000) {
      said = true;
      onWait();
    }
    await sleep(50, undefined, { signal });
  }
}

/** Null when the API is ready, one line when it may yet become so. */
async function whatIsMissing(url: string, signal: AbortSignal): Promise<string | null> {
  let status: number;
  try {
    const response = await fetch(readinessUrl(url), { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    await response.body?.cancel();
    status = response.status;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return `No API answers at ${url} (${reasonOf(error)}). Start it with "npx pnpm dev", or name another one with --url.`;
  }
  if (status === 200) return null;
  if (status >= 500)
    return `The API at ${url} answers, but it is not ready (/readyz says ${status}): is its database there?`;
  throw new DemoFailure(
    `What answers at ${url} is not this API (/readyz says ${status}). Name another one with --url.`,
  );
}
