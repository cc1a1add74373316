import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TokenRefresh } from '../../src/transport/token-refresh.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const rejected = { sessionToken: 'OLD' };
/** A refresh after the rejection of OLD, and a provider that gives the tokens of a list in turn; an error is thrown. */
function refreshOf(...tokens: (string | Error)[]) {
  const provider = vi.fn(async () => {
    const token = tokens.shift();
    if (typeof token !== 'string') throw token;
    return { sessionToken: token };
  });
  const refresh = new TokenRefresh(provider);
  refresh.reject(rejected.sessionToken);
  return { refresh, provider };
}

it('replaces only the token that was rejected last', () => {
  const { refresh } = refreshOf();
  expect(refresh.isRejected(rejected)).toBe(true);
  expect(refresh.isRejected({ sessionToken: 'NEW' })).toBe(false);
  refresh.reject('NEW');
  expect(refresh.isRejected({ sessionToken: 'NEW' })).toBe(true);
});

it('never replaces credentials without a token', () => {
  const refresh = new TokenRefresh<{ sessionToken?: string }>(async () => ({}));
  refresh.reject(undefined);
  expect(refresh.hasRejected).toBe(false);
  expect(refresh.isRejected({})).toBe(false);
});

it('shares one request to the source among all callers', async () => {
  const { refresh, provider } = refreshOf('NEW');
  const all = await Promise.all([refresh.replace(rejected), refresh.replace(rejected), refresh.replace(rejected)]);
  expect(all.map(({ sessionToken }) => sessionToken)).toEqual(['NEW', 'NEW', 'NEW']);
  expect(provider.mock.calls).toEqual([[{ forceRefresh: true }]]);
});

it.each<[string, string | Error]>([
  ['gave the same token', 'OLD'],
  ['failed', new Error('no credentials')],
])('waits half a second before the next request to a source that %s', async (_, first) => {
  const { refresh, provider } = refreshOf(first, 'NEW');
  await refresh.replace(rejected).catch(() => {});
  const next = refresh.replace(rejected);
  await vi.advanceTimersByTimeAsync(499);
  expect(provider).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(provider).toHaveBeenCalledTimes(2);
  expect(await next).toEqual({ sessionToken: 'NEW' });
});

it('asks at once for the token after one that was new', async () => {
  const { refresh, provider } = refreshOf('NEW', 'NEWER');
  await refresh.replace(rejected);
  refresh.reject('NEW');
  expect(await refresh.replace({ sessionToken: 'NEW' })).toEqual({ sessionToken: 'NEWER' });
  expect(provider).toHaveBeenCalledTimes(2);
});

it('holds credentials until five minutes before they expire', async () => {
  const first = { sessionToken: 'A', expiration: new Date(Date.now() + 600_000) };
  const refresh = new TokenRefresh(async () => first);
  expect(refresh.held).toBeUndefined();
  expect(await refresh.fetch()).toBe(first);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(refresh.held).toBe(first);
  await vi.advanceTimersByTimeAsync(1);
  expect(refresh.held).toBeUndefined();
});

it('holds credentials without an expiration until their token is rejected', async () => {
  const tokens = ['A', 'B'];
  const refresh = new TokenRefresh(async (options?: { forceRefresh?: boolean }) => {
    if (options?.forceRefresh) tokens.shift();
    return { sessionToken: tokens[0] as string };
  });
  await refresh.fetch();
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(refresh.held).toEqual({ sessionToken: 'A' });
  refresh.reject('A');
  expect(refresh.held).toBeUndefined();
  expect(await refresh.fetch()).toEqual({ sessionToken: 'B' });
  expect(refresh.held).toEqual({ sessionToken: 'B' });
});
