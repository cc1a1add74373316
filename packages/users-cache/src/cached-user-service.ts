import type { CallOptions } from '@aws-starter-kit/dynamo/model';
import { normaliseEmail, type User, UserService } from '@aws-starter-kit/users';
import type { PromiseCache } from './promise-cache.js';
import { countKey, storedId, type UserCache, type UserCacheOptions, userCache } from './user-cache.js';
import { waitFor } from './wait-for.js';

/** The options of the cache, or a cache to share. */
export interface CachedUserServiceOptions extends UserCacheOptions {
  /**
   * A cache that several services share, for example those of all requests.
   *
   * @default a new one with the other options
   */
  cache?: UserCache | undefined;
}

/** The default of the models. A shared read has at least the time that each of its callers would have alone. */
const defaultDeadlineMs = 5000;
/** An email that has moved to another user is looked up a second time. */
const maxLookUps = 2;

/**
 * Adds a cache to a service. It serves `getUserById`, `getUsersByIds`, `getUserByEmail` and `countUsers`; all other
 * reads, and reads with `{ consistent: true }`, bypass it. A write invalidates its user before it is acknowledged, and
 * reads that were sent earlier are neither cached nor joined. Absent users and errors are not cached. Each caller gets
 * a copy.
 */
export function cachedUserService(service: UserService, cacheOptions: CachedUserServiceOptions = {}): UserService {
  const cache = cacheOptions.cache ?? userCache(cacheOptions);
  const { users, idsByEmail, counts, stats } = cache;

  /** Returns the cached result, or sends the read and caches its result. */
  function readThrough<V>(results: PromiseCache<V>, key: string, send: () => Promise<V | null>): Promise<V | null> {
    const cached = results.get(key);
    if (cached) stats.hits++;
    else stats.misses++;
    const result = cached ?? send();
    if (!cached) results.set(key, result);
    return result;
  }

  const userById = (id: string, options: CallOptions) =>
    readThrough(users, storedId(id), () => service.getUserById(id, sharedOptions(options)));

  /** Returns users by position. Those that are not cached are read in one batch. */
  function usersByIds(ids: readonly string[], options: CallOptions): Promise<User | null>[] {
    const missing = [...new Set(ids)].filter((id) => !users.get(id));
    if (missing.length < 2) return ids.map((id) => userById(id, options));
    const batch = service.getUsersByIds(missing, sharedOptions(options));
    const sent = new Map(missing.map((id, index) => [id, batch.then((found) => found[index] ?? null)]));
    return ids.map((id) => readThrough(users, id, () => sent.get(id) ?? userById(id, options)));
  }

  async function userByEmail(email: string, options: CallOptions): Promise<User | null> {
    for (let lookUp = 1; lookUp <= maxLookUps; lookUp++) {
      const send = async () => (await service.getUserByEmail(email, sharedOptions(options)))?.id ?? null;
      const id = await readThrough(idsByEmail, email, send);
      const user = id === null ? null : await userById(id, options);
      if (id === null || user?.email === email) return user;
      idsByEmail.delete(email); // that user has another email now, or was deleted
    }
    return null;
  }

  async function write<R>(run: () => Promise<R>, forget: () => void): Promise<R> {
    try {
      return await run();
    } finally {
      forget(); // after a failure too: a write without an answer may have been applied
    }
  }

  const methods: Pick<UserService, keyof UserService> = {
    async getUserById(id, options = {}) {
      options.signal?.throwIfAborted();
      return copy(await waitFor(userById(id, options), options));
    },

    async getUsersByIds(ids, options = {}) {
      options.signal?.throwIfAborted();
      return (await waitFor(Promise.all(usersByIds(ids.map(storedId), options)), options)).map(copy);
    },

    async getUserByEmail(email, options = {}) {
      options.signal?.throwIfAborted();
      if (options.consistent) return service.getUserByEmail(email, options);
      const normalised = normaliseEmail(email);
      const user = await waitFor(userByEmail(normalised, options), options);
      // older data may hold the email as it was typed
      return user || email === normalised ? copy(user) : service.getUserByEmail(email, options);
    },

    async countUsers({ atMost, ...options } = {}) {
      options.signal?.throwIfAborted();
      if (atMost !== undefined) return service.countUsers({ atMost, ...options });
      const count = await waitFor(
        readThrough(counts, countKey, () => service.countUsers(sharedOptions(options))),
        options,
      );
      return count ?? 0;
    },

    createUser: ((data, options) =>
      write(
        () => service.createUser(data, options),
        () => {
          cache.forgetEmail(String(Object(data).email));
          cache.forgetCount();
        },
      )) as UserService['createUser'], // its overloads differ in whether the result may be null

    createUsers: (list, options) =>
      write(
        () => service.createUsers(list, options),
        () => {
          for (const data of list) cache.forgetEmail(String(Object(data).email));
          cache.forgetCount();
        },
      ),

    updateUser: (id, data, options) =>
      write(
        () => service.updateUser(id, data, options),
        () => {
          cache.forgetUser(id);
          const { email } = Object(data);
          if (email !== undefined) cache.forgetEmail(String(email));
        },
      ),

    deleteUser: (id, options) =>
      write(
        () => service.deleteUser(id, options),
        () => {
          cache.forgetUser(id);
          cache.forgetCount();
        },
      ),

    batchDeleteUsers: (ids, options) =>
      write(
        () => service.batchDeleteUsers(ids, options),
        () => {
          for (const id of ids) cache.forgetUser(id);
          cache.forgetCount();
        },
      ),

    getUserIdOfSubject: (subject, options) => service.getUserIdOfSubject(subject, options),
    unbindUser: (id, options) => service.unbindUser(id, options),
    getAllUsers: (options) => service.getAllUsers(options),
    getUsersCreatedAfter: (after, options) => service.getUsersCreatedAfter(after, options),
    listUsersCreatedAfter: (after, list, options) => service.listUsersCreatedAfter(after, list, options),
    listUsers: (list, options) => service.listUsers(list, options),
  };
  // a class with private fields can only be typed by an instance of it; the type of `methods` ensures that every method
  // is replaced
  return Object.assign(Object.create(UserService.prototype) as UserService, methods);
}

/** Returns the options of a shared read: without the signal of one caller, and with at least the default deadline. */
const sharedOptions = ({ deadlineMs = 0 }: CallOptions): CallOptions => ({
  deadlineMs: Math.max(defaultDeadlineMs, deadlineMs),
});

/** Callers may change the objects that they get. */
const copy = (user: User | null): User | null => structuredClone(user);
