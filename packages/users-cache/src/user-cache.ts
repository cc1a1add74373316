import { normaliseEmail, type User } from '@aws-starter-kit/users';
import { type PromiseCache, promiseCache } from './promise-cache.js';

/** How long and how many users are kept. */
export interface UserCacheOptions {
  /** How long a change by another process may stay unseen. @default 10000 */
  ttlMs?: number | undefined;
  /** The maximum age of the count. @default 60000 */
  countTtlMs?: number | undefined;
  /**
   * The maximum number of cached users, and of cached emails. The least recently read ones are removed.
   *
   * @default 10000
   */
  maxUsers?: number | undefined;
  /** A clock in milliseconds, for tests. @default performance.now */
  now?: (() => number) | undefined;
}

/** The cache that the services of a process share. */
export interface UserCache {
  /** Users by stored id. */
  readonly users: PromiseCache<User>;
  /** Stored ids by email. The users themselves are only in `users`, so that one entry has to be invalidated. */
  readonly idsByEmail: PromiseCache<string>;
  readonly counts: PromiseCache<number>;
  /** Reads that were answered from the cache or joined a pending one, and reads that were sent. */
  readonly stats: { hits: number; misses: number };
  /** Invalidates a user after a write of another process, for example when a stream reports it. */
  forgetUser(id: string): void;
  /** Forgets which user has an email. */
  forgetEmail(email: string): void;
  /** Forgets the number of users. */
  forgetCount(): void;
  /** Forgets everything. */
  clear(): void;
}

const maxTtlMs = 86_400_000;

/** Creates an empty cache in memory. @throws RangeError */
export function userCache(options: UserCacheOptions = {}): UserCache {
  const { ttlMs = 10_000, countTtlMs = 60_000, maxUsers = 10_000, now = () => performance.now() } = options;
  for (const [name, value, max] of [
    ['ttlMs', ttlMs, maxTtlMs],
    ['countTtlMs', countTtlMs, maxTtlMs],
    ['maxUsers', maxUsers, 10_000_000],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1 || value > max)
      throw new RangeError(`${name} is ${value}; it must be a whole number from 1 to ${max}`);
  }
  const users = promiseCache<User>({ ttlMs, max: maxUsers, now });
  const idsByEmail = promiseCache<string>({ ttlMs, max: maxUsers, now });
  const counts = promiseCache<number>({ ttlMs: countTtlMs, max: 1, now });
  return {
    users,
    idsByEmail,
    counts,
    stats: { hits: 0, misses: 0 },
    forgetUser: (id) => users.delete(storedId(id)),
    forgetEmail: (email) => idsByEmail.delete(normaliseEmail(email)),
    forgetCount: () => counts.delete(countKey),
    clear: () => {
      for (const cache of [users, idsByEmail, counts]) cache.clear();
    },
  };
}

/** The only key of `counts`. */
export const countKey = 'all';

/** Returns an id with its prefix, so that both forms of an id share an entry. */
export const storedId = (id: string): string => (id.startsWith('USER#') ? id : `USER#${id}`);
