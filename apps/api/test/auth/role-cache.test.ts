import { describe, expect, it } from 'vitest';
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

describe('the cache of roles', () => {
  it('caches the roles of a caller for the given time', async () => {
    const [kept, forgetful] = [roleCache(), roleCache(0)];
    for (const cache of [kept, forgetful]) {
      expect(cache.get('ada')).toBeUndefined();
      const read = await cache.read(
        'ada',
        reading(async () => ({ acme: 'admin' })),
      );
      expect([...read]).toEqual([['acme', 'admin']]);
    }
    expect(kept.get('ada')?.get('acme')).toBe('admin');
    expect([kept.get('grace'), forgetful.get('ada')]).toEqual([undefined, undefined]);
  });

  it('leaves out unknown roles', async () => {
    const found = { acme: 'owner', other: 'viewer', third: 'toString' } as unknown as Record<string, Role>;
    const roles = await roleCache().read(
      'ada',
      reading(async () => found),
    );
    expect([...roles]).toEqual([['other', 'viewer']]);
  });

  it('does not cache a read during which the roles changed', async () => {
    const cache = roleCache();
    const { find, answer } = heldRead();
    const read = cache.read('ada', reading(find));
    cache.forget('ada');
    answer({ acme: 'admin' });
    expect((await read).get('acme')).toBe('admin');
    expect(cache.get('ada')).toBeUndefined();
  });

  it('caches the newer of two reads, whichever ends last', async () => {
    const cache = roleCache();
    const [older, newer] = [heldRead(), heldRead()];
    const first = cache.read('ada', reading(older.find));
    const second = cache.read('ada', reading(newer.find)); // sent later, since the first one does not end
    newer.answer({ acme: 'viewer' });
    await second;
    older.answer({ acme: 'admin' });
    await first;
    expect(cache.get('ada')?.get('acme')).toBe('viewer');
  });
});
