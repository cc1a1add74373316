import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { type RunningApi, runningApi } from '../../api/test/running-api.js';
import { type ApiClientOptions, createApiClient, isApiError } from '../src/index.js';
import { type BreakingProxy, breakingProxy, type Treatment } from './breaking-proxy.js';

beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

let running: RunningApi;
let proxy: BreakingProxy;
/** How the proxy treats the next requests. It passes all later ones. */
let treatments: Treatment[] = [];
/** The keys of all requests. */
let keys: (string | null)[] = [];
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  if (!inject('endpoint')) return;
  running = await runningApi();
  proxy = await breakingProxy(running.url, () => treatments.shift() ?? 'pass');
});
afterAll(async () => {
  await proxy?.stop();
  await running?.stop();
});
afterEach(() => {
  treatments = [];
  keys = [];
  for (const stop of stops.splice(0)) stop();
});

function client(options: Partial<ApiClientOptions> = {}) {
  return createApiClient({
    url: proxy.url,
    token: running.token,
    fetch(input, init) {
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      return fetch(input, init);
    },
    ...options,
  });
}

/** Starts an API that gives the requests these answers in order, and the last one to all later requests. */
async function scripted(...answers: { status: number; body: unknown }[]) {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const { status, body } = (answers.length > 1 ? answers.shift() : answers[0]) as (typeof answers)[number];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, authorizations };
}
const rejection = (code: string, httpStatus: number, more: object = {}) => ({
  status: httpStatus,
  body: { error: { message: code, code: -32000, data: { code, httpStatus, ...more } } },
});
const counted = { status: 200, body: [{ result: { data: { count: 1, isExact: true } } }] };

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable('the call should have failed'),
    (error: unknown) => error,
  );
let made = 0;
const newUser = () => ({ email: `retry-${++made}@example.com`, name: 'Ada' });

it('retries a create whose answers are lost with one key, and returns the created user', async () => {
  const user = newUser();
  treatments = ['lose', 'broken', 'lose'];
  const created = await client().users.create.mutate(user);
  expect(created).toMatchObject({ ...user, version: 1 });
  expect(keys).toHaveLength(4);
  expect(new Set(keys.map((key) => key?.split(';')[0])).size).toBe(1);
  const sentAt = keys.map((key) => Number(/^"[0-9a-f]{32}";at=(\d{13})$/.exec(key ?? '')?.[1]));
  expect(sentAt).toEqual([...new Set(sentAt)].sort()); // each later than the one before
  expect(await running.client.users.getByEmail.query({ email: user.email })).toEqual(created);
});

it('applies an update once, and confirms a delete whose answer was lost', async () => {
  const { users } = client();
  const { id } = await users.create.mutate(newUser());
  treatments = ['lose'];
  expect(await users.update.mutate({ id, data: { name: 'Once' }, expectedVersion: 1 })).toMatchObject({ version: 2 });
  treatments = ['lose'];
  expect(await users.update.mutate({ id, data: { name: 'Again' } })).toMatchObject({ name: 'Again', version: 3 });
  treatments = ['lose'];
  expect(await users.delete.mutate({ id })).toEqual({ deleted: true });
});

it('gives each mutation of a batch its own key, and queries none', async () => {
  const { users } = client();
  const [first, second] = await Promise.all([users.create.mutate(newUser()), users.create.mutate(newUser())]);
  await Promise.all([users.getById.query({ id: first.id }), users.delete.mutate({ id: second.id })]);
  const [batch, query, single] = [keys[0], keys[1], keys[2]];
  expect(batch).toMatch(/^"[0-9a-f]{32}";at=\d{13}, "[0-9a-f]{32}";at=\d{13}$/);
  expect(new Set(batch?.split(', ')).size).toBe(2);
  expect([query, single].map((key) => key === null).sort()).toEqual([false, true]);
});

it('accepts a key of the caller, with which a later call retries an earlier one', async () => {
  const user = newUser();
  const once = { context: { idempotencyKey: `form-${user.email.replace('@', '-')}` } };
  const created = await client().users.create.mutate(user, once);
  expect(await client().users.create.mutate(user, once)).toEqual(created);
  expect(isApiError(await failureOf(client().users.create.mutate(newUser(), once)), 'KEY_REUSED')).toBe(true);
});

it('does not retry a mutation without a key that may have been applied', async () => {
  const user = newUser();
  treatments = ['lose'];
  const error = await failureOf(client().users.create.mutate(user, { context: { idempotencyKey: false } }));
  expect(isApiError(error, 'OUTCOME_UNKNOWN') && error.message).toMatch(/^users\.create may have been applied: /);
  expect(keys).toEqual([null]);
  expect(await running.client.users.getByEmail.query({ email: user.email })).toMatchObject(user);
});

it('sends each call once if retries are off, and throws the error unchanged', async () => {
  treatments = ['lose'];
  const error = await failureOf(client({ retries: false }).users.create.mutate(newUser()));
  expect(isApiError(error) && error.data).toBeUndefined();
  expect(keys).toEqual([null]);
});

it('retries a mutation without a key that was certainly not applied', async () => {
  const { url } = await scripted(rejection('SERVICE_UNAVAILABLE', 503), {
    status: 200,
    body: [{ result: { data: { deleted: true } } }],
  });
  const withoutKey = { context: { idempotencyKey: false as const } };
  expect(await client({ url }).users.delete.mutate({ id: 'a' }, withoutKey)).toEqual({ deleted: true });
});

it('ends at the deadline, with an unknown outcome for a mutation and no answer for a query', async () => {
  const api = client({ deadlineMs: 300 });
  treatments = Array.from({ length: 50 }, () => 'lose');
  const began = performance.now();
  const mutation = await failureOf(api.users.create.mutate(newUser()));
  expect(isApiError(mutation, 'OUTCOME_UNKNOWN')).toBe(true);
  const query = await failureOf(api.users.count.query(undefined, { context: { deadlineMs: 200 } }));
  expect(isApiError(query) && query.data).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(2000);
});

it('sends no more than a hundred retries to an API that never succeeds', async () => {
  const { url, authorizations } = await scripted(rejection('SERVICE_UNAVAILABLE', 503));
  const api = client({ url, fetch });
  const calls = Array.from({ length: 60 }, () => failureOf(api.users.count.query()));
  await Promise.all(calls);
  expect(authorizations.length).toBeLessThanOrEqual(60 + 100); // calls of one tick share requests
  const before = authorizations.length;
  await failureOf(api.users.count.query());
  expect(authorizations.length).toBe(before + 1);
});

it('ends an attempt without an answer at the deadline', async () => {
  const server = createServer(() => {}); // never answers
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const error = await failureOf(client({ url, deadlineMs: 200 }).users.count.query());
  expect(isApiError(error) && error.message).toMatch(/^The API did not answer within \d+ ms$/);
});

it('waits as long as the API asks for, and not beyond the deadline', async () => {
  const busy = rejection('TOO_MANY_REQUESTS', 429, { retryAfterSeconds: 1 });
  const { url } = await scripted(busy, counted);
  const began = performance.now();
  expect(await client({ url }).users.count.query()).toEqual({ count: 1, isExact: true });
  expect(performance.now() - began).toBeGreaterThan(990);

  const later = await scripted(rejection('TOO_MANY_REQUESTS', 429, { retryAfterSeconds: 60 }));
  expect(isApiError(await failureOf(client(later).users.count.query()), 'TOO_MANY_REQUESTS')).toBe(true);
  expect(later.authorizations).toHaveLength(1);
});

it.each([
  { code: 'CONFLICT', status: 409 },
  { code: 'BAD_REQUEST', status: 400 },
  { code: 'FORBIDDEN', status: 403 },
  { code: 'INTERNAL_SERVER_ERROR', status: 500 },
])('does not retry after $code', async ({ code, status }) => {
  const { url, authorizations } = await scripted(rejection(code, status));
  await failureOf(client({ url }).users.count.query());
  expect(authorizations).toHaveLength(1);
});

it('ends at once when its caller aborts, also between attempts', async () => {
  const { url } = await scripted(rejection('SERVICE_UNAVAILABLE', 503, { retryAfterSeconds: 5 }));
  const caller = new AbortController();
  const call = failureOf(client({ url }).users.count.query(undefined, { signal: caller.signal }));
  setTimeout(() => caller.abort(), 50);
  const began = performance.now();
  await call;
  expect(performance.now() - began).toBeLessThan(1000);
});

it('requests one new token for all calls whose token was rejected, and retries them', async () => {
  const asked: (string | undefined)[] = [];
  const token = async (rejected?: string) => {
    asked.push(rejected);
    return rejected === undefined ? (asked.includes('old') ? running.token : 'old') : running.token;
  };
  const api = client({ token });
  const counts = await Promise.all([
    api.users.count.query(),
    api.users.list.query(),
    api.users.create.mutate(newUser()),
  ]);
  expect(counts).toHaveLength(3);
  expect(asked.filter((rejected) => rejected === 'old')).toHaveLength(1);
});

it('throws the error of a token that cannot be renewed, and sends nothing', async () => {
  const token = () => {
    throw new Error('Log in again');
  };
  const error = await failureOf(client({ token }).users.create.mutate(newUser()));
  expect(isApiError(error) && error.message).toBe('Log in again');
  expect(keys).toEqual([]);
});

it('reports an unknown outcome if a retry is rejected before the write, and an earlier attempt may have been applied', async () => {
  const { url } = await scripted({ status: 502, body: 'no answer' }, rejection('FORBIDDEN', 403));
  const error = await failureOf(client({ url }).users.create.mutate(newUser()));
  expect(isApiError(error, 'OUTCOME_UNKNOWN')).toBe(true);
  const conflict = await scripted(
    { status: 502, body: 'no answer' },
    rejection('CONFLICT', 409, { reason: 'EMAIL_TAKEN' }),
  );
  expect(isApiError(await failureOf(client(conflict).users.create.mutate(newUser())), 'EMAIL_TAKEN')).toBe(true);
});

it('reports an unknown outcome if the token cannot be renewed after an attempt without an answer', async () => {
  let asked = 0;
  const token = () => {
    if (++asked > 1) throw new Error('Log in again');
    return running.token;
  };
  treatments = ['lose'];
  const error = await failureOf(client({ token }).users.create.mutate(newUser()));
  expect(isApiError(error, 'OUTCOME_UNKNOWN') && error.message).toContain('Log in again');
});

it.each(['', 'a b', 'sign-up-ü', 'x'.repeat(256)])(
  'rejects the key %j before it sends anything',
  async (idempotencyKey) => {
    const { users } = client();
    const call = failureOf(users.create.mutate(newUser(), { context: { idempotencyKey } }));
    const [error, neighbour] = await Promise.all([call, users.create.mutate(newUser())]);
    expect(isApiError(error) && error.message).toMatch(
      /^The idempotencyKey of users\.create takes 1 to 255 characters/,
    );
    expect(neighbour.version).toBe(1);
  },
);

it('sends a key of the caller, although retries are off', async () => {
  const once = { context: { idempotencyKey: 'mine' } };
  const [user, api] = [newUser(), client({ retries: false })];
  const created = await api.users.create.mutate(user, once);
  expect(await api.users.create.mutate(user, once)).toEqual(created);
});

it('requests a new token again if the function returned the rejected one', async () => {
  const answers = [
    rejection('UNAUTHORIZED', 401),
    rejection('UNAUTHORIZED', 401),
    rejection('UNAUTHORIZED', 401),
    counted,
  ];
  const { url } = await scripted(...answers);
  const rejected: (string | undefined)[] = [];
  const token = (old?: string) => {
    if (old !== undefined) rejected.push(old);
    return rejected.length < 2 ? 'a' : 'b';
  };
  const api = client({ url, token });
  await failureOf(api.users.count.query());
  await api.users.count.query();
  expect(rejected).toEqual(['a', 'a']);
});
