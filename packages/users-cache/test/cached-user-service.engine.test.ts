import { UserService } from '@aws-starter-kit/users';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cachedUserService, userCache } from '../src/index.js';
import { type HeldTable, heldTable } from './held-replies.js';

let table: HeldTable;
beforeAll(async () => {
  table = await heldTable();
});
let before: Record<string, number> = {};
beforeEach(() => {
  table.faults.setRules([]);
  before = { ...table.faults.counts };
});
/** Returns the number of requests of the current test, by operation. */
const requests = () => {
  const counts = Object.entries(table.faults.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, n]) => n > 0));
};
let count = 0;
const newUser = () => table.plain.createUser({ email: `cached-${++count}@example.com`, name: 'Ada' });
const twice = async <T>(read: () => Promise<T>) => [await read(), await read()];

describe('a cached service', () => {
  it('is a UserService', () => {
    expect(cachedUserService(table.slow)).toBeInstanceOf(UserService);
  });

  it('reads a user once, by id, ids or email, with or without prefix', async () => {
    const users = cachedUserService(table.slow);
    const user = await newUser();
    expect(await twice(() => users.getUserByEmail(user.email))).toEqual([user, user]);
    expect(await twice(() => users.getUserById(user.id))).toEqual([user, user]);
    expect(await users.getUserById(`USER#${user.id}`)).toEqual(user);
    expect(await users.getUsersByIds([user.id, user.id])).toEqual([user, user]);
    expect(await users.getUserByEmail(` ${user.email.toUpperCase()}`)).toEqual(user);
    expect(requests()).toEqual({ Query: 1, GetItem: 1 });
  });

  it('counts once', async () => {
    const users = cachedUserService(table.slow);
    const [first, second] = await twice(() => users.countUsers());
    expect(first).toBe(second);
    expect(requests()).toEqual({ Query: 1 });
  });

  it('shares concurrent reads of a user, and reads the others of a list in one request', async () => {
    const users = cachedUserService(table.slow);
    const made = await Promise.all([newUser(), newUser(), newUser()]);
    const ids = made.map(({ id }) => id);
    const [first = ''] = ids;
    const reads = Array.from({ length: 50 }, () => users.getUserById(first));
    expect(await users.getUsersByIds([...ids, 'nobody', first])).toEqual([...made, null, made[0]]);
    expect(new Set((await Promise.all(reads)).map((user) => user?.id))).toEqual(new Set([first]));
    expect(requests()).toEqual({ GetItem: 1, BatchGetItem: 1 });
  });

  it('bypasses the cache for a strongly consistent look-up by email', async () => {
    const users = cachedUserService(table.slow);
    const user = await newUser();
    await users.getUserByEmail(user.email);
    await table.plain.deleteUser(user.id);
    expect(await users.getUserByEmail(user.email, { consistent: true })).toBeNull();
  });

  it('caches neither absent users nor errors', async () => {
    const users = cachedUserService(table.slow);
    expect(await twice(() => users.getUserById('nobody'))).toEqual([null, null]);
    expect(await twice(() => users.getUserByEmail('nobody@example.com'))).toEqual([null, null]);
    expect(requests()).toEqual({ GetItem: 2, Query: 2 });
    const user = await newUser();
    table.faults.setRules([{ fault: 'refused' }]);
    await expect(users.getUserById(user.id, { deadlineMs: 200 })).rejects.toMatchObject({ name: /Error/ });
    await expect(users.getUsersByIds([user.id, 'nobody'], { deadlineMs: 200 })).rejects.toThrow();
    await expect(users.countUsers({ deadlineMs: 200 })).rejects.toThrow();
    table.faults.setRules([]);
    // joins the reads that are still pending, so that none of them is left for the next test
    await expect.poll(() => users.getUserById(user.id)).toEqual(user);
    await expect.poll(() => users.getUsersByIds([user.id, 'nobody'])).toEqual([user, null]);
    await expect.poll(() => users.countUsers()).toBeGreaterThan(0);
  });

  it('returns copies, which callers may change', async () => {
    const users = cachedUserService(table.slow);
    const user = await newUser();
    for (const read of [
      () => users.getUserById(user.id),
      async () => (await users.getUsersByIds([user.id]))[0],
      () => users.getUserByEmail(user.email),
    ]) {
      Object.assign((await read()) ?? {}, { name: 'Mallory', email: 'm@example.com' });
      expect(await read()).toEqual(user);
    }
  });

  it('sees the changes of others after the TTL', async () => {
    let now = 1000;
    const users = cachedUserService(table.slow, { ttlMs: 10_000, now: () => now });
    const user = await newUser();
    await users.getUserByEmail(user.email);
    const changed = await table.plain.updateUser(user.id, { name: 'Changed' });
    now += 9_999;
    expect(await users.getUserById(user.id)).toEqual(user);
    now += 2;
    expect(await users.getUserByEmail(user.email)).toEqual(changed);
    expect(await users.getUserById(user.id)).toEqual(changed);
  });

  it('caches at most maxUsers users', async () => {
    const users = cachedUserService(table.slow, { maxUsers: 2 });
    const ids = await Promise.all([1, 2, 3].map(async () => (await newUser()).id));
    for (const id of [...ids, ...ids]) await users.getUserById(id);
    expect(requests()).toEqual({ GetItem: 6 });
    expect((await users.getUsersByIds(ids)).map((user) => user?.id)).toEqual(ids);
  });

  it('ends the waiting of a caller that aborts, but not of others that wait for the same read', async () => {
    const users = cachedUserService(table.slow);
    const user = await newUser();
    table.hold('GetItem');
    const leaving = new AbortController();
    const first = users.getUserById(user.id, { signal: leaving.signal });
    const hasty = expect(users.getUserById(user.id, { deadlineMs: 30 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      deadlineMs: 30,
    });
    const patient = users.getUserById(user.id);
    const [reply] = await table.held(1);
    table.hold();
    leaving.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    await hasty;
    reply?.arrive();
    expect(await patient).toEqual(user);
    expect(requests()).toEqual({ GetItem: 1 });
    await expect(users.getUserById(user.id, { signal: leaving.signal })).rejects.toThrow('left');
  });

  it('shares its cache with other services, and counts hits', async () => {
    const cache = userCache();
    const user = await newUser();
    await cachedUserService(table.slow, { cache }).getUserById(user.id);
    await cachedUserService(table.slow, { cache }).getUserById(user.id);
    expect(cache.stats).toEqual({ hits: 1, misses: 1 });
    cache.forgetUser(user.id);
    await cachedUserService(table.slow, { cache }).getUserById(user.id);
    expect(cache.stats).toEqual({ hits: 1, misses: 2 });
  });

  it('rejects invalid options', () => {
    expect(() => userCache({ ttlMs: 0 })).toThrow('ttlMs is 0; it must be a whole number from 1 to 86400000');
    expect(() => cachedUserService(table.slow, { maxUsers: 1.5 })).toThrow('maxUsers is 1.5');
  });
});
