import type { User } from '@aws-starter-kit/users';
import fc from 'fast-check';
import { expect } from 'vitest';
import { codeOf, type Driver } from './drivers.js';

/** What the contract says, in memory: users in order of creation. */
export interface Expected {
  users: { email: string; name: string; version: number; isUpdated: boolean }[];
  /** A deleted user keeps its place in the list, so that both sides use the same numbers. */
  gone: Set<number>;
}

/** The system under test, with the ids that it gave, by number of creation. */
export interface Real {
  driver: Driver;
  ids: string[];
  seen: User[];
}

export const nothingYet = (): Expected => ({ users: [], gone: new Set() });

type Command = fc.AsyncCommand<Expected, Real>;
type Outcome = { value: unknown } | { refused: string | undefined };

const stored = (email: string) => email.trim().toLowerCase();
const isAlive = (expected: Expected, n: number) => n < expected.users.length && !expected.gone.has(n);
const holderOf = (expected: Expected, email: string) =>
  expected.users.findIndex((user, n) => !expected.gone.has(n) && user.email === stored(email));
const alive = (expected: Expected) => expected.users.map((_, n) => n).filter((n) => isAlive(expected, n));

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await work };
  } catch (error) {
    return { refused: codeOf(error) ?? String(error) };
  }
}

/** The user that the model expects under a number, in the shape in which it must be given out. */
function asGiven({ users }: Expected, { ids, seen }: Real, n: number) {
  const user = users[n];
  if (!user) throw new Error(`no user ${n}`);
  const { email, name, version, isUpdated } = user;
  const times = { createdAt: seen[n]?.createdAt, ...(isUpdated && { updatedAt: expect.any(String) }) };
  return { id: ids[n], email, name, version, ...times };
}

/** A command from its text and what it does; it can always be run. */
const command = (text: string, run: (expected: Expected, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => text,
});

const idOf = (real: Real, n: number, isPrefixed: boolean) => {
  const id = real.ids[n] ?? `nobody-${n}`;
  return isPrefixed ? `USER#${id}` : id;
};

const number = fc.nat({ max: 7 });
const email = fc.constantFrom(
  'a@example.com',
  'A@Example.com',
  ' b@example.com',
  'B@EXAMPLE.COM',
  'c@example.com',
  'd@example.com',
);
const name = fc.constantFrom('Ada', 'Grace', 'undefined', 'Zoë 🦊', 'x'.repeat(200));
const version = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined, freq: 2 });

const create = fc.tuple(email, name).map(([email, name]) =>
  command(`create(${email}, ${name.slice(0, 12)})`, async (expected, real) => {
    const outcome = await outcomeOf(real.driver.create(email, name));
    if (holderOf(expected, email) >= 0) return expect(outcome).toEqual({ refused: 'EMAIL_TAKEN' });
    expected.users.push({ email: stored(email), name, version: 1, isUpdated: false });
    const user = (outcome as { value: User }).value;
    real.ids.push(user?.id);
    real.seen.push(user);
    expect(user).toEqual({ ...asGiven(expected, real, expected.users.length - 1), createdAt: expect.any(String) });
  }),
);

const changes = fc.record({ email, name }, { requiredKeys: [] });
const update = fc.tuple(number, fc.boolean(), changes, version).map(([n, isPrefixed, changes, version]) =>
  command(`update(${n}, ${JSON.stringify(changes).slice(0, 60)}, v${version})`, async (expected, real) => {
    const outcome = await outcomeOf(real.driver.update(idOf(real, n, isPrefixed), changes, version));
    const user = expected.users[n];
    if (!user || !isAlive(expected, n)) return expect(outcome).toEqual({ value: null });
    if (version !== undefined && version !== user.version)
      return expect(outcome).toEqual({ refused: 'VERSION_CONFLICT' });
    const holder = changes.email === undefined ? n : holderOf(expected, changes.email);
    if (holder >= 0 && holder !== n) return expect(outcome).toEqual({ refused: 'EMAIL_TAKEN' });
    if (Object.keys(changes).length > 0) {
      Object.assign(user, changes, { version: user.version + 1, isUpdated: true });
      user.email = stored(user.email);
    }
    expect(outcome).toEqual({ value: asGiven(expected, real, n) });
  }),
);

const remove = fc.tuple(number, fc.boolean(), version).map(([n, isPrefixed, version]) =>
  command(`delete(${n}, v${version})`, async (expected, real) => {
    const outcome = await outcomeOf(real.driver.delete(idOf(real, n, isPrefixed), version));
    if (!isAlive(expected, n)) return expect(outcome).toEqual({ value: false });
    if (version !== undefined && version !== expected.users[n]?.version) {
      return expect(outcome).toEqual({ refused: 'VERSION_CONFLICT' });
    }
    expected.gone.add(n);
    expect(outcome).toEqual({ value: true });
  }),
);

const batchDelete = fc.array(number, { minLength: 1, maxLength: 6 }).map((numbers) =>
  command(`batchDelete(${numbers})`, async (expected, real) => {
    const ids = numbers.map((n) => idOf(real, n, false));
    const deleted = await real.driver.batchDelete(ids);
    expect(deleted.toSorted()).toEqual([...new Set(ids)].sort());
    for (const n of numbers) if (n < expected.users.length) expected.gone.add(n);
  }),
);

const getById = fc.tuple(number, fc.boolean()).map(([n, isPrefixed]) =>
  command(`getById(${n})`, async (expected, real) => {
    const user = await real.driver.getById(idOf(real, n, isPrefixed));
    expect(user).toEqual(isAlive(expected, n) ? asGiven(expected, real, n) : null);
  }),
);

const getByEmail = email.map((email) =>
  command(`getByEmail(${email})`, async (expected, real) => {
    const holder = holderOf(expected, email);
    const user = await real.driver.getByEmail(email);
    expect(user).toEqual(holder < 0 ? null : asGiven(expected, real, holder));
  }),
);

const list = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('asc' as const, 'desc' as const))
  .map(([limit, order]) =>
    command(`list(${limit}, ${order})`, async (expected, real) => {
      const left = alive(expected);
      const seen: User[] = [];
      let cursor: string | undefined;
      do {
        const page = await real.driver.page(limit, order, cursor);
        seen.push(...page.items);
        cursor = page.cursor;
        expect(page.items).toHaveLength(Math.min(limit, left.length - seen.length + page.items.length));
        expect(cursor !== undefined).toBe(seen.length < left.length);
      } while (cursor !== undefined);
      const byId = (a: { id?: string | undefined }, b: { id?: string | undefined }) =>
        String(a.id).localeCompare(String(b.id));
      expect(seen.toSorted(byId)).toEqual(left.map((n) => asGiven(expected, real, n)).sort(byId));
      const times = seen.map(({ createdAt }) => createdAt);
      expect(times).toEqual(order === 'asc' ? times.toSorted() : times.toSorted().reverse());
      expect(await real.driver.count()).toBe(left.length);
    }),
  );

/** Any sequence of commands on a table that is empty at first. */
export const sequences = (maxCommands: number) =>
  fc.commands([create, create, update, update, remove, batchDelete, getById, getByEmail, list], { maxCommands });
