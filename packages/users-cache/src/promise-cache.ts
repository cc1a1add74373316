import { LRUCache } from 'lru-cache';

export interface PromiseCacheOptions {
  ttlMs: number;
  max: number;
  now: () => number;
}

/**
 * Results of reads by key. A result is cached from the moment its read is sent, so concurrent reads of a key share one
 * request.
 */
export interface PromiseCache<V> {
  /** Returns a result that is cached or on its way. */
  get(key: string): Promise<V | null> | undefined;
  /** Caches the result of a read that was just sent. It is removed if it turns out to be null or an error. */
  set(key: string, result: Promise<V | null>): void;
  delete(key: string): void;
  clear(): void;
}

/**
 * Creates a cache of promises. A promise is stored when its read is sent, and nothing is stored when the reply arrives.
 * So a reply that was on its way while its key was deleted cannot bring back an old value. (A library that stores
 * values on arrival would need a version for each key; async-cache-dedupe 3.4 stores the old value.) The age counts
 * from the sending, so no result is older than `ttlMs`.
 */
export function promiseCache<V>({ ttlMs, max, now }: PromiseCacheOptions): PromiseCache<V> {
  const perf = { now: () => now() + 1 }; // for lru-cache, an entry stored at 0 has no age, and a test's clock may start there
  const entries = new LRUCache<string, Promise<V | null>>({ max, ttl: ttlMs, ttlResolution: 0, perf });
  return {
    get: (key) => entries.get(key),
    set(key, result) {
      entries.set(key, result);
      const remove = () => {
        if (entries.peek(key, { allowStale: true }) === result) entries.delete(key);
      };
      result.then((value) => value === null && remove(), remove);
    },
    delete: (key) => entries.delete(key),
    clear: () => entries.clear(),
  };
}
