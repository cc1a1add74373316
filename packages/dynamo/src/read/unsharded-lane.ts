import type { Call } from '../call/call.js';
import type { StoredItem } from '../entity/entity.js';
import { escapeSortKey, placeOf, sortKeyOf } from '../entity/shard-text.js';
import { compareTexts } from '../expressions/compare.js';
import { isWithin, keyNames } from '../expressions/key-condition.js';
import { after, placeCondition, restOf } from '../expressions/shard-condition.js';
import type { Position } from './cursor.js';
import type { IndexReading } from './index-reading.js';
import { type Entry, entryOf, type Lane } from './lane.js';
import type { ResolvedQuery } from './page-query.js';

/** What a query reads of a partition without shards. */
export interface UnshardedRange {
  readonly query: ResolvedQuery;
  readonly isForward: boolean;
  /** Entries up to here were given out before. */
  readonly start: Position | undefined;
}

/**
 * A partition that has no shards yet, or again, read beside its shards while entries move. The database promises no
 * order among its equal sort keys, so they are given out once all of them were read, and read again from the first one
 * on for a page that begins among them.
 */
export class UnshardedLane implements Lane {
  readonly #range: UnshardedRange;
  readonly #skName: string;
  readonly #reading: IndexReading;
  /** Entries with the last sort key that was read: others with this key may follow. */
  #held: Entry[] = [];

  /** @param readingOf returns the reading of a range of sort keys, without the items that the function rejects */
  constructor(
    range: UnshardedRange,
    readingOf: (sk: ResolvedQuery['sk'], accepts: (item: StoredItem) => boolean) => IndexReading,
  ) {
    const { query, isForward, start } = range;
    this.#range = range;
    this.#skName = keyNames(query.index)[1];
    const sk = start === undefined ? query.sk : restOf(query.sk, sortKeyOf(start.sk), isForward);
    this.#reading = readingOf(sk, (item) => this.#isInRange(item));
  }

  get scanned(): number {
    return this.#reading.scanned;
  }

  get isAtEnd(): boolean {
    return this.#reading.isAtEnd;
  }

  get bound(): Position | undefined {
    const key = this.#reading.endedAt;
    return key && { sk: this.#range.isForward ? escapeSortKey(key.sk) : after(key.sk), id: key.id };
  }

  async readOn(more: number, callOf: () => Call, maxScanned?: number): Promise<Entry[]> {
    const reading = this.#reading;
    const entries: Entry[] = [];
    for (;;) {
      const target = reading.found + more - entries.length;
      await reading.readTo(target, callOf, maxScanned);
      const read = [...this.#held, ...reading.items.splice(0).map((item) => this.#entryOf(item))];
      const open = reading.endedAt?.sk;
      this.#held = read.filter(({ item }) => item[this.#skName] === open);
      entries.push(...read.filter(({ item }) => item[this.#skName] !== open));
      const isEnough = reading.found < target ? this.#hasAdvanced() : entries.length >= more;
      if (reading.isAtEnd || isEnough) return entries;
    }
  }

  #entryOf(item: StoredItem): Entry {
    return entryOf(item, { sk: placeOf(String(item[this.#skName]), item.id), id: item.id });
  }

  #isInRange(item: StoredItem): boolean {
    const { query, start } = this.#range;
    const sk = String(item[this.#skName]);
    return isWithin(query.sk, sk) && (start === undefined || this.#isBeyond(placeOf(sk, item.id), start.sk));
  }

  #isBeyond(place: string, start: string): boolean {
    const order = compareTexts(place, start);
    return this.#range.isForward ? order > 0 : order < 0;
  }

  /**
   * True where a cursor can begin at the bound: it is within the range, and beyond the place at which this reading
   * began.
   */
  #hasAdvanced(): boolean {
    const { bound } = this;
    if (bound === undefined) return false;
    const { query, start } = this.#range;
    return isWithin(placeCondition(query.sk), bound.sk) && (start === undefined || this.#isBeyond(bound.sk, start.sk));
  }
}
