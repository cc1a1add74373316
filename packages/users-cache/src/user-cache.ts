import { normaliseEmail, type User } from '@aws-starter-kit/users';
import { type Flights, makeFlights } from './flights.js';

export interface UserCacheOptions {
  /** How old a user may be that another process has changed since. @default 10000 */
  ttlMs?: number | undefined;
  /** How old the count may be. @default 60000 */
  countTtlMs?: number | undefined;
  /** Users kept, and as many addresses; who was read longest ago goes first. @default 10000 */
  maxUsers?: number | undefined;
  /** A clock in milliseconds, for tests. @default performance.now */
  now?: (() => number) | undefined;
}

/** What the services of one process share. */
export interface UserCache {
  /** By stored id. */
  readonly users: Flights<User>;
  /** The stored id of who has an address: the user is taken from `users`, so there is one copy to be right. */
  readonly owners: Flights<string>;
  readonly counts: Flights<number>;
  /** Reads that were answered from memory, or joined one on its way, and reads that were sent. */
  readonly stats: { hits: number; misses: number };
  /** For a write that was made elsewhere and told of, by a stream or a message, say. */
  forgetUser(id: string): void;
  forgetEmail(email: string): void;
  forgetCount(): void;
  clear(): void;
}

const longestTtlMs = 86_400_000;

/** Makes an empty cache, in memory. @throws RangeError */
export function userCache(options: UserCacheOptions = {}): UserCache {
  const { ttlMs = 10_000, countTtlMs = 60_000, maxUsers = 10_000, now = () => performance.now() } = options;
  for (const [name, value, most] of [
    ['ttlMs', ttlMs, longestTtlMs],
    ['countTtlMs', countTtlMs, longestTtlMs],
    ['maxUsers', maxUsers, 10_000_000],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1 || value > most)
      throw new RangeError(`${name} is ${value}; it may be a whole number from 1 to ${most}`);
  }
  const users = makeFlights<User>({ ttlMs, max: maxUsers, now });
  const owners = makeFlights<string>({ ttlMs, max: maxUsers, now });
  const counts = makeFlights<number>({ ttlMs: countTtlMs, max: 1, now });
  return {
    users,
    owners,
    counts,
    stats: { hits: 0, misses: 0 },
    forgetUser: (id) => users.forget(storedId(id)),
    forgetEmail: (email) => owners.forget(normaliseEmail(email)),
    forgetCount: () => counts.forget(all),
    clear: () => {
      for (const flights of [users, owners, counts]) flights.clear();
    },
  };
}

/** The one key of `counts`. */
export const all = 'all';

/** An id may come with its prefix or without: one user has one entry. */
export const storedId = (id: string): string => (id.startsWith('USER#') ? id : `USER#${id}`);
