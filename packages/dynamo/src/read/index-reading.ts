import type { Call } from '../call/call.js';
import type { Attributes, StoredItem } from '../entity/entity.js';
import type { IndexName } from '../entity/index-names.js';
import { DeadlineExceededError } from '../errors.js';
import { keyNames } from '../expressions/key-condition.js';
import type { Operations } from '../transport/transport.js';
import type { Position } from './cursor.js';
import type { Reading, ReadingOptions } from './reading.js';

export type QueryRequest = Operations['Query'][0];

/** DynamoDB ends a page at 1 MB, which seldom holds more items. */
const mostPerRequest = 10_000;

/**
 * The items of one partition of an index in order, read as far as they are wanted. A request asks for as many as the
 * rate of matches so far suggests.
 */
export class IndexReading implements Reading {
  readonly items: StoredItem[] = [];
  /** Number of items read, matching or not. */
  scanned = 0;
  found = 0;
  /** Where the last request ended; undefined at the end of the index. */
  lastKey: Attributes | undefined;
  isAtEnd = false;
  /** The next request is as large as the rate suggests, so it is to be the last one. */
  #expectsAll = false;
  /** The size of the last request, where it was to be the last one and brought too few. */
  #missed: number | undefined;
  readonly #request: QueryRequest;
  readonly #skName: string;
  readonly #options: ReadingOptions;
  readonly #leastFiltered: number;

  /**
   * @param leastFiltered what the first request of a filtered page asks for: a hundred small items cost as little as
   * one
   */
  constructor(request: QueryRequest, index: IndexName, options: ReadingOptions, leastFiltered = 100) {
    this.#request = request;
    this.#skName = keyNames(index)[1];
    this.#options = options;
    this.#leastFiltered = leastFiltered;
  }

  get endedAt(): Position | undefined {
    return this.lastKey && this.positionOf(this.lastKey);
  }

  positionOf(item: Attributes): Position {
    return { sk: String(item[this.#skName]), id: String(item.id) };
  }

  /**
   * Reads until this many matches were found in all, or the index ends. Ends early after `maxScanned` more items, and, where that or a filter
   * was given, if the deadline comes after something was read.
   * @param callOf returns the call for a request
   */
  async readTo(found: number, callOf: () => Call, maxScanned = this.#options.maxScanned): Promise<void> {
    const { isFiltered } = this.#options;
    const begin = this.scanned;
    const end = maxScanned === undefined ? Number.POSITIVE_INFINITY : begin + maxScanned;
    while (this.found < found && this.scanned < end && !this.isAtEnd) {
      try {
        await this.readOnce(found - this.found, callOf(), end - this.scanned);
      } catch (error) {
        const mayEndEarly = isFiltered || maxScanned !== undefined;
        if (mayEndEarly && this.scanned > begin && error instanceof DeadlineExceededError) return;
        throw error;
      }
    }
  }

  /** Sends one request, for so many more matches, and at most so many items. */
  async readOnce(needed: number, call: Call, atMost = Number.POSITIVE_INFINITY): Promise<void> {
    const limit = Math.min(this.#options.isUnlimited ? atMost : this.#nextLimit(needed, this.#missed), atMost);
    if (Number.isFinite(limit)) this.#request.Limit = Math.min(limit, mostPerRequest);
    const target = this.found + needed;
    await this.#read(call);
    this.#missed = this.#expectsAll && this.found < target ? limit : undefined;
  }

  async #read(call: Call): Promise<void> {
    const { isFiltered, maxScanned, accepts, log, leaveOut } = this.#options;
    const answer = await call.read('Query', this.#request, leaveOut);
    const { Items = [], Count = 0, ScannedCount = 0, LastEvaluatedKey } = answer;
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
    if (this.scanned === 0) return this.#options.isFiltered ? Math.max(needed, this.#leastFiltered) : needed;
    if (this.found === this.scanned) return needed;
    const suggested = Math.ceil((needed * this.scanned * 1.2) / Math.max(this.found, 0.5));
    this.#expectsAll = suggested <= 4 * this.scanned;
    return Math.max(needed, Math.min(Math.max(suggested, 4 * previous), 4 * this.scanned));
  }
}
