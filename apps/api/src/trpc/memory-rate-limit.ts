/** What a caller has left of a limit. */
export interface RateLimitStanding {
  readonly remainingPoints: number;
  /** Milliseconds until the caller's next minute begins. */
  readonly msBeforeNext: number;
}

/** The points of one caller in one minute. */
interface Window {
  consumed: number;
  /** Time by `performance.now()`, in milliseconds. */
  readonly endsAt: number;
}

const windowMs = 60_000;

/**
 * Counts points by key within this process. The minute of a key begins with its first point. Points beyond the limit are
 * rejected, and still count.
 */
export class MemoryRateLimit {
  readonly points: number;
  /** In order of their beginning, and so of their end. */
  readonly #windows = new Map<string, Window>();

  constructor(perMinute: number) {
    this.points = perMinute;
  }

  /**
   * Counts points at once, without a promise.
   * @returns undefined within the limit, else the milliseconds until the key's next minute
   */
  spend(key: string, points: number): number | undefined {
    const now = performance.now();
    const window = this.#windowOf(key, now) ?? this.#begin(key, now);
    window.consumed += points;
    return window.consumed > this.points ? window.endsAt - now : undefined;
  }

  /** Counts points. Rejects with the standing of the key, which is no Error, if they exceed the limit. */
  async consume(key: string, points = 1): Promise<RateLimitStanding> {
    const waitMs = this.spend(key, points);
    const standing = this.#standingOf(key);
    if (waitMs !== undefined) throw standing;
    return standing;
  }

  /** Returns the standing of a key; null if it has no points in its minute. */
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
