import { randomUUID } from 'node:crypto';
import { type AppDependencies, jwtAuthentication, liveModels, makeServices } from '@aws-starter-kit/api/app';
import { type ApiClient, type ApiClientOptions, createApiClient, isApiError } from '@aws-starter-kit/client';
import { live } from '@aws-starter-kit/client/live';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { localIssuer } from '@aws-starter-kit/local-api';
import { changeFeed } from '@aws-starter-kit/streams';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { type RunningApi, runningApi } from '../../apps/api/test/running-api.js';
import { freshTable } from '../fresh-table.js';

beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Starts the API on a table with a stream. */
async function liveApi(settings: Partial<AppDependencies> = {}): Promise<RunningApi> {
  const { client, patient } = await freshTable();
  const tableName = `test-${randomUUID()}`;
  await ensureTable({ client: patient, tableName, stream: true });
  const table = { client, tableName };
  const api = await runningApi({
    services: (logger) => makeServices({ ...table, logger }),
    live: changeFeed({ models: liveModels(table), ...table, pollMs: 20 }),
    ...settings,
  });
  stops.push(() => api.stop());
  return api;
}

const clientOf = ({ url, token }: RunningApi, options: Partial<ApiClientOptions> = {}) =>
  createApiClient({ url, token, live, ...options });

/** Subscribes to the changes of users, and records the events. */
async function listen(client: ApiClient, input?: { lastEventId: string }) {
  const events: { id: string; name: string }[] = [];
  const errors: unknown[] = [];
  const subscription = client.users.changes.subscribe(input, {
    onData: ({ id, data }) => {
      events.push({ id, name: data.type === 'reset' ? 'reset' : `${data.type} ${data.id} ${data.version}` });
    },
    onError: (error) => errors.push(error),
  });
  stops.push(() => subscription.unsubscribe());
  await expect.poll(() => events.length + errors.length).toBeGreaterThan(0);
  return { events, errors, names: () => events.map(({ name }) => name), unsubscribe: () => subscription.unsubscribe() };
}
const newUser = () => ({ email: `${randomUUID()}@example.com`, name: 'Ada' });

it('gets a reset, then the changes of others, with the entity and its version', async () => {
  const api = await liveApi();
  const { names } = await listen(clientOf(api));
  const { id } = await api.client.users.create.mutate(newUser());
  await api.client.users.update.mutate({ id, data: { name: 'Grace' } });
  await api.client.users.delete.mutate({ id });
  await expect.poll(names).toEqual(['reset', `created ${id} 1`, `updated ${id} 2`, `deleted ${id} 2`]);
});

it('resumes after the last event, with the changes that it missed', async () => {
  const api = await liveApi();
  const first = await listen(clientOf(api));
  const one = await api.client.users.create.mutate(newUser());
  await expect.poll(first.names).toEqual(['reset', `created ${one.id} 1`]);
  first.unsubscribe();
  const two = await api.client.users.create.mutate(newUser());
  const back = await listen(clientOf(api), { lastEventId: first.events[1]?.id ?? '' });
  await expect.poll(back.names).toEqual([`created ${two.id} 1`]);
});

it('reconnects after a broken connection', async () => {
  const api = await liveApi();
  const broken: AbortController[] = [];
  const { names } = await listen(
    clientOf(api, {
      fetch: (input, init) => {
        const controller = new AbortController();
        broken.push(controller);
        const signal = AbortSignal.any([controller.signal, ...(init?.signal ? [init.signal] : [])]);
        return fetch(input, { ...init, signal });
      },
    }),
  );
  const one = await api.client.users.create.mutate(newUser());
  await expect.poll(names).toEqual(['reset', `created ${one.id} 1`]);
  broken[0]?.abort(new Error('broken'));
  const two = await api.client.users.create.mutate(newUser());
  await expect.poll(names, { timeout: 10_000 }).toContain(`created ${two.id} 1`);
  expect(names().filter((name) => name === 'reset')).toHaveLength(1);
});

it('ends when its token expires, and resumes with a new one', async () => {
  const issuer = await localIssuer();
  const api = await liveApi({ authenticate: jwtAuthentication(issuer) });
  const tokens = [await issuer.token({ scope: 'users:admin', exp: Math.floor(Date.now() / 1000) + 2 })];
  const rejected: (string | undefined)[] = [];
  const client = clientOf(api, {
    token: async (old) => {
      if (old !== undefined) {
        rejected.push(old);
        tokens.push(await issuer.token({ scope: 'users:admin' }));
      }
      return tokens.at(-1);
    },
  });
  const { names, errors } = await listen(client);
  await expect.poll(() => rejected, { timeout: 10_000 }).toEqual([tokens[0]]);
  const { id } = await client.users.create.mutate(newUser());
  await expect.poll(names, { timeout: 10_000 }).toContain(`created ${id} 1`);
  expect(errors).toEqual([]);
});

it('is rejected permanently without the permission', async () => {
  const issuer = await localIssuer();
  const api = await liveApi({ authenticate: jwtAuthentication(issuer) });
  const { errors } = await listen(clientOf(api, { token: await issuer.token({ scope: '' }) }));
  expect(errors).toHaveLength(1);
  expect(isApiError(errors[0], 'FORBIDDEN')).toBe(true);
});

it('is rejected by an API without a stream, and above 20 subscriptions of a caller', async () => {
  const without = await runningApi();
  stops.push(() => without.stop());
  const { errors } = await listen(clientOf(without));
  expect(isApiError(errors[0], 'PRECONDITION_FAILED')).toBe(true);

  const api = await liveApi();
  const all = await Promise.all(Array.from({ length: 20 }, () => listen(clientOf(api))));
  const response = await fetch(`${api.url}/trpc/users.changes`, { headers: { authorization: `Bearer ${api.token}` } });
  expect(await response.text()).toContain('Too many subscriptions: a caller has at most 20');
  all[0]?.unsubscribe();
  await expect.poll(async () => (await listen(clientOf(api))).names()).toEqual(['reset']);
});

it('does not keep the API from closing', async () => {
  const api = await liveApi();
  await listen(clientOf(api));
  const began = performance.now();
  await api.stop();
  expect(performance.now() - began).toBeLessThan(2000);
  stops.splice(0, 1);
});

it('needs the link for subscriptions', () => {
  const client = createApiClient({ url: 'http://127.0.0.1:1' });
  expect(() => client.users.changes.subscribe(undefined, {})).toThrow('createApiClient({ live })');
});
