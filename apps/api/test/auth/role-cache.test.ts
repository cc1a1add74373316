import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { roleCache } from '../../src/auth/role-cache.js';
import type { Role } from '../../src/auth/roles.js';

/** A read of roles that the test answers itself. */
function heldRead() {
  let answer = (_: Record<string, Role>) => {};
  const found = new Promise<Record<string, Role>>((resolve) => {
    answer = resolve;
  });
  return { find: () => found, answer };
}
const { signal } = new AbortController();
const admit = <T>(read: () => Promise<T>) => read();
const reading = (find: () => Promise<Record<string, Role>>) => ({ signal, admit, find });
const inAcme = { caller: 'ada', id: 'acme' };

describe('the cache of roles', () => {
  it('keeps the role of a caller for the time given', async () => {
    const [kept, forgetful] = [roleCache(), roleCache(0)];
    for (const cache of [kept, forgetful]) {
      expect(cache.get(inAcme)).toBeUndefined();
      const read = cache.read(
        inAcme,
        reading(async () => ({ acme: 'admin' })),
      );
      expect(await read).toBe('admin');
    }
    expect(kept.get(inAcme)).toBe('admin');
    expect([kept.get({ ...inAcme, caller: 'grace' }), forgetful.get(inAcme)]).toEqual([undefined, undefined]);
  });

  it.each([
    ['the monotonic clock, while the wall clock is set back', { monotonicMs: 30_001, wallMs: -60_000 }],
    ['the wall clock, while the monotonic clock stands still in a freeze', { monotonicMs: 0, wallMs: 30_001 }],
  ])('forgets a role after 30 s by %s', async (_, { monotonicMs, wallMs }) => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_000_000_000 });
    onTestFinished(() => void vi.useRealTimers());
    const cache = roleCache();
    await cache.read(
      inAcme,
      reading(async () => ({ acme: 'admin' })),
    );
    const [elapsed, date] = [performance.now(), Date.now()];
    vi.advanceTimersByTime(monotonicMs);
    vi.setSystemTime(date + wallMs);
    expect(performance.now() - elapsed).toBe(monotonicMs);
    expect(cache.get(inAcme)).toBeUndefined();
  });

  it('keeps no role but that of the scope that was read', async () => {
    const cache = roleCache();
    await cache.read(
      inAcme,
      reading(async () => ({ acme: 'admin', other: 'admin' })),
    );
    expect(cache.get({ caller: 'ada', id: 'other' })).toBeUndefined();
  });

  it('shares no read with another scope', async () => {
    const cache = roleCache();
    const ids = ['first', 'second', 'third', 'second'];
    const reads = ids.map((id) =>
      cache.read(
        { caller: 'ada', id },
        reading(async () => ({ [id]: 'viewer' })),
      ),
    );
    expect(await Promise.all(reads)).toEqual(ids.map(() => 'viewer'));
  });

  it('leaves out unknown roles', async () => {
    const found = { acme: 'owner', other: 'viewer', third: 'toString' } as unknown as Record<string, Role>;
    const cache = roleCache();
    const roles = ['acme', 'other', 'third', 'toString'].map((id) =>
      cache.read(
        { caller: 'ada', id },
        reading(async () => found),
      ),
    );
    expect(await Promise.all(roles)).toEqual([undefined, 'viewer', undefined, undefined]);
  });

  it('keeps no role that was taken away since', async () => {
    const cache = roleCache();
    for (const found of [{ acme: 'admin' }, {}] as Record<string, Role>[])
      await cache.read(
        inAcme,
        reading(async () => found),
      );
    expect(cache.get(inAcme)).toBeUndefined();
  });

  it('does not cache a read during which the roles changed', async () => {
    const cache = roleCache();
    const { find, answer } = heldRead();
    const read = cache.read(inAcme, reading(find));
    cache.forget('ada');
    answer({ acme: 'admin' });
    expect(await read).toBe('admin');
    expect(cache.get(inAcme)).toBeUndefined();
  });

  it('caches the newer of two reads, whichever ends last', async () => {
    const cache = roleCache();
    const [older, newer] = [heldRead(), heldRead()];
    const first = cache.read(inAcme, reading(older.find));
    const second = cache.read(inAcme, reading(newer.find)); // sent later, since the first one does not end
    newer.answer({ acme: 'viewer' });
    await second;
    older.answer({ acme: 'admin' });
    await first;
    expect(cache.get(inAcme)).toBe('viewer');
  });
});
