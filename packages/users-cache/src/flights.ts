import { LRUCache } from 'lru-cache';

export interface FlightsOptions {
  ttlMs: number;
  max: number;
  now: () => number;
}

/** Answers by key, each from the moment on at which it is asked for: so there is one flight a key, and whoever comes later joins it. */
export interface Flights<V> {
  /** The answer that is kept or on its way; undefined where somebody has to ask. */
  known(key: string): Promise<V | null> | undefined;
  /** Keeps an answer that was just asked for: until it is too old, forgotten or pushed out, or turns out to be null or an error. */
  keep(key: string, flight: Promise<V | null>): void;
  forget(key: string): void;
  clear(): void;
}

/**
 * What is kept is the promise, put there when the read is sent. Nothing is filled in when a reply comes, so a reply that was on its way while
 * its key was forgotten finds no way in. (A library that stores the value on arrival needs a version of each key to be as sure;
 * async-cache-dedupe 3.4 stores it all the same.) And the age counts from the sending: no answer is older than `ttlMs`.
 */
export function makeFlights<V>({ ttlMs, max, now }: FlightsOptions): Flights<V> {
  const perf = { now: () => now() + 1 }; // to lru-cache what is kept at 0 has no age, and a clock for tests may start there
  const kept = new LRUCache<string, Promise<V | null>>({ max, ttl: ttlMs, ttlResolution: 0, perf });
  return {
    known: (key) => kept.get(key),
    keep(key, flight) {
      kept.set(key, flight);
      const drop = () => {
        if (kept.peek(key, { allowStale: true }) === flight) kept.delete(key);
      };
      flight.then((answer) => answer === null && drop(), drop);
    },
    forget: (key) => kept.delete(key),
    clear: () => kept.clear(),
  };
}
