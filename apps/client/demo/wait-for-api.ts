import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { apiUrl } from '../src/api-url.js';
import { failureReason } from './failure-reason.js';

export interface WaitOptions {
  url: string;
  waitMs: number;
  signal: AbortSignal;
  print: (line: string) => void;
}

/** Waits until the API is ready: `pnpm dev` starts it together with the demo. */
export async function waitForApi({ url, waitMs, signal, print }: WaitOptions): Promise<void> {
  const started = performance.now();
  for (let hasPrinted = false; ; await sleep(50, undefined, { signal })) {
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
    const answer = await fetch(apiUrl(url, '/readyz'), { signal: timeout }).then(readStatus, failureReason);
    signal.throwIfAborted();
    if (answer === 200) return;
    const waitedMs = performance.now() - started;
    if (waitedMs >= waitMs || isAnotherServer(answer)) throw new Error(explain(url, answer));
    if (hasPrinted || waitedMs < 1_000) continue;
    print(styleText('dim', `Waiting for the API at ${url} …`));
    hasPrinted = true;
  }
}

const readStatus = (response: Response) => response.text().then(() => response.status);

/** While the API starts, `/readyz` answers with 503 or not at all. */
const isAnotherServer = (answer: number | string) => typeof answer === 'number' && answer < 500;

function explain(url: string, answer: number | string): string {
  if (isAnotherServer(answer))
    return `The server at ${url} is not this API (/readyz answers ${answer}). Pass the URL of the API with --url.`;
  return typeof answer === 'number'
    ? `The API at ${url} answers, but it is not ready (/readyz answers ${answer}). Check that its database is running.`
    : `No API answers at ${url} (${answer}). Start it with "pnpm dev", or pass the URL of another one with --url.`;
}
