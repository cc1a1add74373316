import { ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { isLoopback } from './api-url.js';
import { type ApiClient, type ApiClientOptions, createApiClient } from './create-api-client.js';
import { createdAfter, eventually, runDemo } from './demo.js';
import { reasonOf } from './failure-reason.js';
import { showCalls, shownCall } from './show-calls.js';
import { waitForApi } from './wait-for-api.js';

export interface DemonstrationOptions {
  url: string;
  token: ApiClientOptions['token'];
  waitMs: number;
  signal: AbortSignal;
  print: (line: string) => void;
}

/** Runs the demo for a person to read, and deletes what it made, however it ended. */
export async function demonstrate(options: DemonstrationOptions): Promise<void> {
  await waitForApi(options);
  const { url, signal, print } = options;
  print(`\nThe demo calls every procedure of ${url}\n`);
  const started = performance.now();
  const ending = `.${randomUUID().slice(0, 8)}@example.com`;

  let requests = 0;
  const client = (links: ApiClientOptions['links'] = [], stop?: AbortSignal) =>
    createApiClient({
      ...options,
      links,
      fetch(input, init) {
        stop?.throwIfAborted(); // those under way may end, so that what they make is found below
        requests++;
        return fetch(input, { ...init, signal: AbortSignal.timeout(15_000) });
      },
    });

  let failure: unknown;
  await runDemo({
    api: client([showCalls(print)], signal),
    address: (name) => name + ending,
    say: (remark) => print(styleText('dim', `  // ${remark}`)),
    async together(call, makeCalls) {
      const [requestsBefore, callsStarted] = [requests, performance.now()];
      const calls = makeCalls(client([], signal));
      await Promise.allSettled(calls); // also when one fails: none may still be under way when this ends
      const results = await Promise.all(calls);
      const outcome = `${results.length} results by ${requests - requestsBefore} HTTP requests`;
      print(shownCall({ call, outcome, elapsedMs: performance.now() - callsStarted }));
      return results;
    },
  }).catch(async (error: unknown) => {
    failure = error;
    if (!isLoopback(url)) await sleep(1_000); // the index on AWS may not list yet what was just made
  });
  await deleteUsers(client(), ending).catch((error: unknown) => {
    print(`\nUsers whose address ends with ${ending} may be left behind: ${reasonOf(error)}`);
    failure ??= error;
  });
  if (failure) throw failure;
  const end = `All went as expected: ${((performance.now() - started) / 1_000).toFixed(2)} s.`;
  print(`\n${styleText('green', `${end} The users made are deleted again.`)}\n`);
}

/** Deletes the users of a run, found by their addresses: of one whose creation got no answer no id is known. */
async function deleteUsers(api: ApiClient, ending: string): Promise<void> {
  const after = new Date(Date.now() - 600_000).toISOString(); // long before: the clock of the API may be another
  await eventually(async () => {
    const ids = (await createdAfter(api, after)).filter(({ email }) => email.endsWith(ending)).map(({ id }) => id);
    if (ids.length > 0) await api.users.batchDelete.mutate({ ids });
    ok(ids.length === 0, `${ids.length} users could not be deleted`); // looks again: there may be more by now
  }, 30_000);
}
