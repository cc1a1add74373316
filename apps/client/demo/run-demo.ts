import { ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { type ApiClient, type ApiClientOptions, createApiClient } from '../src/index.js';
import { eventually } from './eventually.js';
import { failureReason } from './failure-reason.js';
import { isLoopback } from './is-loopback.js';
import { listCreatedAfter } from './list-created-after.js';
import { formatCall, printCalls } from './print-calls.js';
import { waitForApi } from './wait-for-api.js';
import { walkthrough } from './walkthrough.js';

export interface DemoOptions {
  url: string;
  token: ApiClientOptions['token'];
  /** How long to wait for the API to become ready. */
  waitMs: number;
  signal: AbortSignal;
  print: (line: string) => void;
}

/** Runs the walkthrough and prints it, then deletes the users that it created, whether it succeeded or not. */
export async function runDemo(options: DemoOptions): Promise<void> {
  await waitForApi(options);
  const { url, signal, print } = options;
  print(`\nThe demo calls every procedure of ${url}\n`);
  const started = performance.now();
  const emailSuffix = `.${randomUUID().slice(0, 8)}@example.com`;

  let requests = 0;
  const client = (links: ApiClientOptions['links'] = [], stop?: AbortSignal) =>
    createApiClient({
      ...options,
      links,
      retries: false, // so that the demo shows each answer, and ends at once after Ctrl-C
      fetch(input, init) {
        stop?.throwIfAborted(); // requests under way may finish, so that the clean-up finds what they create
        requests++;
        return fetch(input, { ...init, signal: AbortSignal.timeout(15_000) });
      },
    });

  let failure: unknown;
  await warmUp(client([], signal), `warm-up${emailSuffix}`)
    .catch(() => {}) // the walkthrough shows what fails
    .then(() =>
      walkthrough({
        api: client([printCalls(print)], signal),
        emailOf: (name) => name + emailSuffix,
        remark: (text) => print(styleText('dim', `  // ${text}`)),
        async callTogether(shownAs, makeCalls) {
          const [requestsBefore, callsStarted] = [requests, performance.now()];
          const calls = makeCalls(client([], signal));
          await Promise.allSettled(calls); // after a failure too: no call may be under way when the clean-up starts
          const results = await Promise.all(calls);
          const outcome = `${results.length} results from ${requests - requestsBefore} HTTP requests`;
          print(formatCall({ call: shownAs, outcome, elapsedMs: performance.now() - callsStarted }));
          return results;
        },
      }),
    )
    .catch(async (error: unknown) => {
      failure = error;
      if (!isLoopback(url)) await sleep(1_000); // the index on AWS may not list the newest users yet
    });
  await deleteUsers(client(), emailSuffix).catch((error: unknown) => {
    print(`\nUsers whose email ends with ${emailSuffix} may remain: ${failureReason(error)}`);
    failure ??= error;
  });
  if (failure) throw failure;
  const seconds = ((performance.now() - started) / 1_000).toFixed(2);
  print(
    `\n${styleText('green', `All went as expected in ${seconds} s. The demo deleted the users that it created.`)}\n`,
  );
}

/** Makes each kind of call a few times, so that the durations shown are not those of code that runs for the first time. */
async function warmUp(api: ApiClient, email: string): Promise<void> {
  for (let round = 1; round <= 8; round++) {
    const { id } = await api.users.create.mutate({ email, name: 'Warm-up' });
    await api.users.create.mutate({ email, name: 'Taken' }).catch(() => {});
    await Promise.all([api.users.getById.query({ id }), api.users.list.query({ limit: 20 })]);
    await api.users.update.mutate({ id, data: { name: `Round ${round}` } });
    await api.users.delete.mutate({ id });
  }
}

/**
 * Deletes the users of a run. It finds them by email, because the id of a user is unknown if its creation got no
 * answer.
 */
async function deleteUsers(api: ApiClient, emailSuffix: string): Promise<void> {
  const after = new Date(Date.now() - 600_000).toISOString(); // ten minutes, in case the clock of the API is behind
  await eventually(async () => {
    const users = (await listCreatedAfter(api, after)).filter(({ email }) => email.endsWith(emailSuffix));
    if (users.length > 0) await api.users.batchDelete.mutate({ ids: users.map(({ id }) => id) });
    ok(users.length === 0, `${users.length} users could not be deleted`); // retries: the index may list more by now
  }, 30_000);
}
