/** What a caller has left of a limit. */
export interface RateLimitStanding {
  readonly remainingPoints: number;
  /** Milliseconds until the count of the caller begins anew. */
  readonly msBeforeNext: number;
}

/** The count of one caller. */
interface Window {
  consumed: number;
  /** By `performance.now()`. */
  readonly endsAt: number;
}

const windowMs = 60_000;

/**
 * Counts points by key within this process. A minute begins with the first point of a key. Points past the limit are
 * rejected, and count too.
 */
export class MemoryRateLimit {
  readonly points: number;
  /** In the order in which they began, which is that in which they end. */
  readonly #windows = new Map<string, Window>();

  constructor(perMinute: number) {
    this.points = perMinute;
  }

  /**
   * Counts points at once, without a promise.
   * @returns undefined if they are within the limit, else the milliseconds until the next minute of the key
   */
  spend(key: string, points: number): number | undefined {
    const now = performance.now();
    const window = this.#windowOf(key, now) ?? this.#begin(key, now);
    window.consumed += points;
    return window.consumed > this.points ? window.endsAt - now : undefined;
  }

  /** Counts points. Rejects with the standing of the key if they exceed the limit. */
  async consume(key: string, points = 1): Promise<RateLimitStanding> {
    const waitMs = this.spend(key, points);
    const standing = this.#standingOf(key);
    if (waitMs !== undefined) throw standing;
    return standing;
  }

  async get(key: string): Promise<RateLimitStanding | null> {
    return this.#windowOf(key, performance.now()) ? this.#standingOf(key) : null;
  }

  #windowOf(key: string, now: number): Window | undefined {
    const window = this.#windows.get(key);
    return window && window.endsAt > now ? window : undefined;
  }

  #begin(key: string, now: number): Window {
    for (const [ended, { endsAt }] of this.#windows) {
      if (endsAt > now) break;
      this.#windows.delete(ended);
    }
    const window = { consumed: 0, endsAt: now + windowMs };
    this.#windows.set(key, window);
    return window;
  }

  #standingOf(key: string): RateLimitStanding {
    const { consumed = 0, endsAt = 0 } = this.#windows.get(key) ?? {};
    return {
      remainingPoints: Math.max(this.points - consumed, 0),
      msBeforeNext: Math.max(endsAt - performance.now(), 0),
    };
  }
}
