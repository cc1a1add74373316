import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import type { AppRouter } from '@aws-starter-kit/api';
import type { TRPCLink } from '@trpc/client';
import { type ApiClientOptions, createApiClient } from './create-api-client.js';
import { type DemoOptions, runDemo } from './demo.js';
import { DemoFailure } from './demo-failure.js';
import { reasonOf } from './failure-reason.js';
import { trackMadeUsers } from './made-users.js';
import { callLine, outcomeLine, showCalls } from './show-calls.js';
import { waitForApi } from './wait-for-api.js';

export interface DemonstrationOptions {
  url: string;
  token: ApiClientOptions['token'];
  waitMs: number;
  signal: AbortSignal;
  print: (line: string) => void;
}

/** Runs the demo for a person to read, and deletes what it made, however it ended. */
export async function demonstrate({ url, token, waitMs, signal, print }: DemonstrationOptions): Promise<void> {
  await waitForApi({ url, waitMs, signal, onWait: () => print(styleText('dim', `Waiting for the API at ${url} …`)) });

  let requests = 0;
  const client = (links: TRPCLink<AppRouter>[], timeoutMs: number, beforeEach = () => {}) =>
    createApiClient({
      url,
      token,
      links,
      fetch(input, init) {
        beforeEach();
        requests++;
        const signals = [AbortSignal.timeout(timeoutMs), ...(init?.signal ? [init.signal] : [])];
        return fetch(input, { ...init, signal: AbortSignal.any(signals) });
      },
    });
  const together: DemoOptions['together'] = async (call, makeCalls) => {
    const [requestsBefore, started] = [requests, performance.now()];
    const results = await allSettled(makeCalls());
    print(callLine(call));
    print(
      outcomeLine(
        `${results.length} results by ${requests - requestsBefore} HTTP requests`,
        performance.now() - started,
      ),
    );
    return results;
  };

  print(`\nThe demo calls every procedure of ${url}\n`);
  const started = performance.now();
  const made = trackMadeUsers();
  const run = randomUUID().slice(0, 8);
  const deleteAll = () =>
    made.deleteAll(client([], 5_000)).catch((error: unknown) => {
      const users = `Users whose address ends with .${run}@example.com`;
      throw new DemoFailure(`${users} are left behind: ${reasonOf(error)}`, { cause: error });
    });
  // A stop from outside lets the calls under way end: what they make has to be known to be deleted.
  const api = client([made.link, showCalls(print)], 15_000, () => signal.throwIfAborted());
  const say = (remark: string) => print(styleText('dim', `  // ${remark}`));
  try {
    await runDemo({ api, run, say, together, signal });
  } catch (error) {
    await deleteAll().catch((left: DemoFailure) => print(`\n${left.message}`));
    throw error;
  }
  await deleteAll();
  const seconds = ((performance.now() - started) / 1_000).toFixed(2);
  print(`\n${styleText('green', `All went as expected: ${seconds} s. The users made are deleted again.`)}\n`);
}

/** Waits for all, also when one fails: none may still be under way when this ends. */
async function allSettled<T>(promises: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
