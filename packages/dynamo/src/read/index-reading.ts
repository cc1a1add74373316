import type { Call } from '../call/call.js';
import type { Attributes, StoredItem } from '../entity/entity.js';
import { DeadlineExceededError } from '../errors.js';
import type { Operations } from '../transport/transport.js';

export type QueryRequest = Operations['Query'][0];

/** DynamoDB ends a page at 1 MB, which seldom holds more items. */
const mostPerRequest = 10_000;
/** The first request of a filtered page: a hundred small items cost as little as one. */
const leastFiltered = 100;

interface ReadingOptions {
  /** The caller's conditions leave items out, so the first request asks for more than is wanted. */
  readonly isFiltered: boolean;
  /** Requests have no limit: each returns as much as DynamoDB does, 1 MB. */
  readonly isUnlimited?: boolean;
  readonly maxScanned?: number | undefined;
  /** Leaves out items that the database could not: it cannot filter by keys. */
  readonly accepts?: ((item: StoredItem) => boolean) | undefined;
  /** Gets the number of items read, where it differs from that of the matches, or is bounded. */
  readonly log: Record<string, string | number | undefined>;
}

/** The items of an index in order, read as far as they are wanted. A request asks for as many as the rate of matches so far suggests. */
export class IndexReading {
  /** Matches that were read; the caller takes them out. */
  readonly items: StoredItem[] = [];
  /** Number of items read, matching or not. */
  scanned = 0;
  /** Number of matches read. */
  found = 0;
  /** Where the last request ended; undefined at the end of the index. */
  lastKey: Attributes | undefined;
  isAtEnd = false;
  /** The last request was as large as the rate suggested, so it was to be the last one. */
  #expectsAll = false;
  readonly #request: QueryRequest;
  readonly #options: ReadingOptions;

  constructor(request: QueryRequest, options: ReadingOptions) {
    this.#request = request;
    this.#options = options;
  }

  /**
   * Reads until this many matches were found in all, or the index ends. Ends early after `maxScanned` more items, and, where that or a filter
   * was given, if the deadline comes after something was read.
   * @param callOf returns the call for a request
   */
  async readTo(found: number, callOf: () => Call): Promise<void> {
    const { isFiltered, isUnlimited, maxScanned } = this.#options;
    const begin = this.scanned;
    const end = maxScanned === undefined ? Number.POSITIVE_INFINITY : begin + maxScanned;
    let previous: number | undefined;
    while (this.found < found && this.scanned < end && !this.isAtEnd) {
      const limit = Math.min(isUnlimited ? end : this.#nextLimit(found - this.found, previous), end - this.scanned);
      if (Number.isFinite(limit)) this.#request.Limit = Math.min(limit, mostPerRequest);
      try {
        await this.#read(callOf());
      } catch (error) {
        const mayEndEarly = isFiltered || maxScanned !== undefined;
        if (mayEndEarly && this.scanned > begin && error instanceof DeadlineExceededError) return;
        throw error;
      }
      previous = this.#expectsAll ? limit : undefined;
    }
  }

  async #read(call: Call): Promise<void> {
    const { Items = [], Count = 0, ScannedCount = 0, LastEvaluatedKey } = await call.read('Query', this.#request);
    const { isFiltered, maxScanned, accepts, log } = this.#options;
    const found = accepts ? Items.filter((item) => accepts(item as StoredItem)) : Items;
    for (const item of found) this.items.push(item as StoredItem);
    this.scanned += ScannedCount;
    this.found += accepts ? found.length : Count;
    this.lastKey = LastEvaluatedKey;
    this.isAtEnd = LastEvaluatedKey === undefined;
    if (isFiltered || maxScanned !== undefined) log.scanned = this.scanned;
    this.#request.ExclusiveStartKey = LastEvaluatedKey;
  }

  /**
   * Returns how many items to ask for: a fifth more than the rate of matches so far suggests, at most four times the number already read.
   * Where such a request brought too few, four times as many as it: matches may have ended, and the rate falls slowly.
   */
  #nextLimit(needed: number, previous = 0): number {
    if (this.scanned === 0) return this.#options.isFiltered ? Math.max(needed, leastFiltered) : needed;
    if (this.found === this.scanned) return needed;
    const suggested = Math.ceil((needed * this.scanned * 1.2) / Math.max(this.found, 0.5));
    this.#expectsAll = suggested <= 4 * this.scanned;
    return Math.max(needed, Math.min(Math.max(suggested, 4 * previous), 4 * this.scanned));
  }
}
