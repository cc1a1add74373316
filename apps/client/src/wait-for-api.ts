import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { apiUrl } from './api-url.js';
import type { DemonstrationOptions } from './demonstrate.js';
import { reasonOf } from './failure-reason.js';

/** Waits until the API is ready: `pnpm dev` starts it at the same time as the demo. */
export async function waitForApi({ url, waitMs, signal, print }: DemonstrationOptions): Promise<void> {
  const started = performance.now();
  for (let said = false; ; await sleep(50, undefined, { signal })) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
    const ready = await fetch(apiUrl(url, '/readyz'), { signal: limit }).then(statusOf, reasonOf);
    signal.throwIfAborted();
    if (ready === 200) return;
    const waited = performance.now() - started;
    if (waited >= waitMs || isOther(ready)) throw new Error(explain(url, ready));
    if (!said && waited > 1_000) print(styleText('dim', `Waiting for the API at ${url} …`));
    said ||= waited > 1_000;
  }
}

const statusOf = (response: Response) => response.text().then(() => response.status);

/** Something that answers so is not our API on its way up. */
const isOther = (ready: number | string) => typeof ready === 'number' && ready < 500;

function explain(url: string, ready: number | string): string {
  if (isOther(ready))
    return `What answers at ${url} is not this API (/readyz says ${ready}). Name another one with --url.`;
  return typeof ready === 'number'
    ? `The API at ${url} answers, but it is not ready (/readyz says ${ready}): is its database there?`
    : `No API answers at ${url} (${ready}). Start it with "npx pnpm dev", or name another one with --url.`;
}
