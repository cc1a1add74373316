import type { CallOptions } from '@aws-starter-kit/dynamo';
import { normaliseEmail, type User, UserService } from '@aws-starter-kit/users';
import type { Flights } from './flights.js';
import { all, storedId, type UserCache, type UserCacheOptions, userCache } from './user-cache.js';
import { waitFor } from './wait-for.js';

export interface CachedUserServiceOptions extends UserCacheOptions {
  /** A cache that several services share, such as those of each request. @default one of its own, by the other options */
  cache?: UserCache | undefined;
}

/** The models' own default: a read that many wait for has at least as long as each of them alone would have had. */
const defaultDeadlineMs = 5000;
/** An address that has moved on is looked up once more, then nobody has it. */
const lookUps = 2;

/**
 * The service given, with memory: `getUserById`, `getUsersByIds`, `getUserByEmail` and `countUsers` answer what they know for a while, all
 * other reads and `{ consistent: true }` go past it. A write forgets whom it is about before it is acknowledged, and a read that was sent
 * before that is neither kept nor joined. What is not there and what fails is not kept. Each caller gets a copy.
 */
export function cachedUserService(service: UserService, options: CachedUserServiceOptions = {}): UserService {
  const cache = options.cache ?? userCache(options);
  const { users, owners, counts, stats } = cache;

  /** The answer that is known, else the one that `send` asks for. */
  function ask<V>(flights: Flights<V>, key: string, send: () => Promise<V | null>): Promise<V | null> {
    const known = flights.known(key);
    if (known) stats.hits++;
    else stats.misses++;
    const flight = known ?? send();
    if (!known) flights.keep(key, flight);
    return flight;
  }

  const userById = (id: string, own: CallOptions) =>
    ask(users, storedId(id), () => service.getUserById(id, ofFlight(own)));

  /** By position; those that nobody knows are asked for by one batch. */
  function usersByIds(ids: readonly string[], own: CallOptions): Promise<User | null>[] {
    const missing = [...new Set(ids)].filter((id) => !users.known(id));
    if (missing.length < 2) return ids.map((id) => userById(id, own));
    const batch = service.getUsersByIds(missing, ofFlight(own));
    const sent = new Map(missing.map((id, index) => [id, batch.then((found) => found[index] ?? null)]));
    return ids.map((id) => ask(users, id, () => sent.get(id) ?? userById(id, own)));
  }

  async function userByAddress(address: string, own: CallOptions): Promise<User | null> {
    for (let lookUp = 1; lookUp <= lookUps; lookUp++) {
      const send = async () => (await service.getUserByEmail(address, ofFlight(own)))?.id ?? null;
      const id = await ask(owners, address, send);
      const user = id === null ? null : await userById(id, own);
      if (id === null || user?.email === address) return user;
      owners.forget(address); // whoever had it has another one by now, or is gone
    }
    return null;
  }

  async function write<R>(run: () => Promise<R>, forget: () => void): Promise<R> {
    try {
      return await run();
    } finally {
      forget(); // however it ended: of a write without an answer nobody knows whether it happened
    }
  }

  const methods: Pick<UserService, keyof UserService> = {
    async getUserById(id, own = {}) {
      own.signal?.throwIfAborted();
      return copy(await waitFor(userById(id, own), own));
    },

    async getUsersByIds(ids, own = {}) {
      own.signal?.throwIfAborted();
      return (await waitFor(Promise.all(usersByIds(ids.map(storedId), own)), own)).map(copy);
    },

    async getUserByEmail(email, own = {}) {
      own.signal?.throwIfAborted();
      if (own.consistent) return service.getUserByEmail(email, own);
      const address = normaliseEmail(email);
      const user = await waitFor(userByAddress(address, own), own);
      // in older data an address may stand as it was typed
      return user || email === address ? copy(user) : service.getUserByEmail(email, own);
    },

    async countUsers(own = {}) {
      own.signal?.throwIfAborted();
      const count = await waitFor(
        ask(counts, all, () => service.countUsers(ofFlight(own))),
        own,
      );
      return count ?? 0;
    },

    createUser: (data, own) =>
      write(
        () => service.createUser(data, own),
        () => {
          cache.forgetEmail(String(Object(data).email));
          cache.forgetCount();
        },
      ),

    createUsers: (list, own) =>
      write(
        () => service.createUsers(list, own),
        () => {
          for (const data of list) cache.forgetEmail(String(Object(data).email));
          cache.forgetCount();
        },
      ),

    updateUser: (id, data, own) =>
      write(
        () => service.updateUser(id, data, own),
        () => {
          cache.forgetUser(id);
          const { email } = Object(data);
          if (email !== undefined) cache.forgetEmail(String(email));
        },
      ),

    deleteUser: (id, own) =>
      write(
        () => service.deleteUser(id, own),
        () => {
          cache.forgetUser(id);
          cache.forgetCount();
        },
      ),

    batchDeleteUsers: (ids, own) =>
      write(
        () => service.batchDeleteUsers(ids, own),
        () => {
          for (const id of ids) cache.forgetUser(id);
          cache.forgetCount();
        },
      ),

    getAllUsers: (own) => service.getAllUsers(own),
    getUsersCreatedAfter: (after, own) => service.getUsersCreatedAfter(after, own),
    listUsersCreatedAfter: (after, list, own) => service.listUsersCreatedAfter(after, list, own),
    listUsers: (list, own) => service.listUsers(list, own),
  };
  // the class has private state, so its type asks for the class; all its methods are replaced, which the type above insists on
  return Object.assign(Object.create(UserService.prototype) as UserService, methods);
}

/** Of one caller's options what holds for all who wait: neither the signal nor a deadline that is shorter than theirs. */
const ofFlight = ({ deadlineMs = 0 }: CallOptions): CallOptions => ({
  deadlineMs: Math.max(defaultDeadlineMs, deadlineMs),
});

/** What callers get is theirs to change. */
const copy = (user: User | null): User | null => structuredClone(user);
