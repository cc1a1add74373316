import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, inject, it } from 'vitest';
import { type RunningApi, runningApi } from '../../api/test/running-api.js';
import { type ApiClientOptions, createApiClient, isApiError } from '../src/index.js';

describe('the client', () => {
  beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

  let running: RunningApi;
  beforeAll(async () => {
    if (inject('endpoint')) running = await runningApi();
  });
  afterAll(() => running?.stop());

  /** Creates a client and records its HTTP requests. */
  function watchedClient(options: Partial<ApiClientOptions> = {}) {
    const requests: { url: string; headers: Headers }[] = [];
    const api = createApiClient({
      url: running.url,
      token: running.token,
      fetch(input, init) {
        requests.push({ url: String(input), headers: new Headers(init?.headers) });
        return fetch(input, init);
      },
      ...options,
    });
    return { api, requests };
  }
  const failureOf = async (call: Promise<unknown>) =>
    call.then(
      () => expect.unreachable('the call should have failed'),
      (error: unknown) => error,
    );

  it('calls procedures by name, with typed input and output', async () => {
    const api = createApiClient({ url: `${running.url}/trpc`, token: running.token });
    const user = await api.users.create.mutate({ email: 'grace@example.com', name: 'Grace Hopper' });
    expect(await api.users.getById.query({ id: user.id })).toEqual(user);
  });

  it('sends calls of one tick in batches that the server accepts, and gives each call its own answer', async () => {
    const { api, requests } = watchedClient();
    const names = Array.from({ length: 50 }, (_, index) => `Person ${index}`);
    const users = await Promise.all(
      names.map((name, index) => api.users.create.mutate({ email: `person-${index}@example.com`, name })),
    );
    expect(users.map((user) => user.name)).toEqual(names);
    expect(requests).toHaveLength(3);
  });

  it('keeps inputs out of the URL, which is logged and limited in length', async () => {
    const { api, requests } = watchedClient();
    const ids = Array.from({ length: 20 }, (_, index) => `${index}-${'ü'.repeat(900)}`);
    const failures = await Promise.all(ids.map((id) => failureOf(api.users.getById.query({ id }))));
    expect(failures.map((error) => isApiError(error) && error.data?.code)).toEqual(ids.map(() => 'NOT_FOUND'));
    const tooLong = await failureOf(api.users.getById.query({ id: 'ü'.repeat(10_000) }));
    expect(isApiError(tooLong) && tooLong.data?.code).toBe('BAD_REQUEST');
    expect(requests.map(({ url }) => decodeURIComponent(url)).filter((url) => url.includes('ü'))).toEqual([]);
  });

  it('sends the bearer token, read for each request, and the given headers', async () => {
    const plain = watchedClient({ token: running.token, headers: { 'x-request-id': 'abc-1' } });
    await plain.api.users.count.query();
    expect(plain.requests[0]?.headers.get('authorization')).toBe(`Bearer ${running.token}`);
    expect(plain.requests[0]?.headers.get('x-request-id')).toBe('abc-1');

    const tokens = [running.token, undefined];
    const rotating = watchedClient({ token: async () => tokens.shift() });
    await rotating.api.users.count.query();
    expect(isApiError(await failureOf(rotating.api.users.count.query()), 'UNAUTHORIZED')).toBe(true);
    const sent = rotating.requests.map(({ headers }) => headers.get('authorization'));
    expect(sent).toEqual([`Bearer ${running.token}`, null]);
  });

  it('throws an error with a typed reason', async () => {
    const api = createApiClient({ url: running.url, token: running.token });
    await api.users.create.mutate({ email: 'taken@example.com', name: 'First' });
    const error = await failureOf(api.users.create.mutate({ email: 'Taken@Example.com', name: 'Second' }));
    if (!isApiError(error, 'EMAIL_TAKEN')) throw error;
    expectTypeOf(error.data.reason).toEqualTypeOf<'EMAIL_TAKEN'>();
    expect(error.data).toMatchObject({ code: 'CONFLICT', reason: 'EMAIL_TAKEN', field: 'email' });
    expect([isApiError(error, 'CONFLICT'), isApiError(error, 'NOT_FOUND')]).toEqual([true, false]);
  });

  it('gets a typed reason for an input that is too long', async () => {
    const api = createApiClient({ url: running.url, token: running.token });
    const error = await failureOf(api.users.getByEmail.query({ email: 'x'.repeat(10_000) }));
    if (!isApiError(error)) throw error;
    expect(error.data?.code).toBe('BAD_REQUEST');
    expect(Object.keys(error.data?.fieldErrors ?? {})).toEqual(['email']);
  });

  it('passes each call to the given links', async () => {
    const seen: string[] = [];
    const api = createApiClient({
      url: running.url,
      token: running.token,
      links: [
        () =>
          ({ op, next }) => {
            seen.push(op.path);
            return next(op);
          },
      ],
    });
    await api.users.count.query();
    expect(seen).toEqual(['users.count']);
  });

  it('aborts a call with its signal', async () => {
    const api = createApiClient({ url: running.url, token: running.token });
    const error = await failureOf(api.users.count.query(undefined, { signal: AbortSignal.abort() }));
    expect(isApiError(error) && error.data).toBeUndefined();
  });

  it('throws an error without data if there is no answer', async () => {
    const api = createApiClient({ url: 'http://127.0.0.1:1', retries: false });
    const error = await failureOf(api.users.count.query());
    expect(isApiError(error) && error.data).toBeUndefined();
    expect(isApiError(error)).toBe(true);
  });
});
