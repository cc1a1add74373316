import type { Call } from '../call/call.js';
import type { StoredItem } from '../entity/entity.js';
import { DeadlineExceededError } from '../errors.js';
import { compareTexts } from '../expressions/compare.js';
import type { Position } from './cursor.js';
import type { MergedReading } from './merged-reading.js';
import type { Reading, ReadingOptions } from './reading.js';

/** What a reading of a moving index needs besides its readings. */
interface MovingOptions {
  readonly start: Position | undefined;
  readonly isForward: boolean;
  /** False for a count, which may be of more items than fit into memory. */
  readonly keepsItems: boolean;
  readonly options: ReadingOptions;
}

/** Entries read at once where the caller sets no limit. */
const most = 1000;
/**
 * Items read of each layout before the other one, since a filter, a scope or other entities may leave all of them out:
 * else the first could take all the time of a call.
 */
const mostInTurn = 1000;

/**
 * The entries of an index while they move from one number of shards to another. What they move from is read before what
 * they move to: an entry that moves in between is read twice and given out once, and none is missed. So each page is
 * read from its beginning.
 */
export class MovingReading implements Reading {
  readonly items: StoredItem[] = [];
  found = 0;
  isAtEnd = false;
  endedAt: Position | undefined;
  readonly #positions = new WeakMap<StoredItem, Position>();
  readonly #readingsFrom: (start: Position | undefined, options: ReadingOptions) => readonly MergedReading[];
  readonly #isForward: boolean;
  readonly #keepsItems: boolean;
  readonly #options: ReadingOptions;
  #scanned = 0;

  /** @param readingsFrom returns the readings from a place on: of what entries move from, and of what they move to */
  constructor(
    readingsFrom: (start: Position | undefined, options: ReadingOptions) => readonly MergedReading[],
    { start, isForward, keepsItems, options }: MovingOptions,
  ) {
    this.#readingsFrom = readingsFrom;
    this.endedAt = start;
    this.#isForward = isForward;
    this.#keepsItems = keepsItems;
    this.#options = options;
  }

  positionOf(item: StoredItem): Position {
    return this.#positions.get(item) as Position;
  }

  async readTo(found: number, callOf: () => Call): Promise<void> {
    const { isUnlimited, isFiltered, maxScanned } = this.#options;
    const share = maxScanned === undefined ? mostInTurn : Math.ceil(maxScanned / 2);
    const mayEndEarly = isFiltered || maxScanned !== undefined;
    const options = { ...this.#options, maxScanned: share, isUnlimited: false, log: {} };
    let isEarly = false;
    for (let round = 1; this.found < found && !this.isAtEnd && !isEarly; round++) {
      const wanted = Math.min(most + 1, isUnlimited ? most : found - this.found);
      const readings = this.#readingsFrom(this.endedAt, options);
      try {
        for (const reading of readings) await reading.readTo(wanted, callOf); // one after the other
      } catch (error) {
        if (mayEndEarly && round > 1 && error instanceof DeadlineExceededError) return;
        throw error;
      }
      isEarly = maxScanned !== undefined && readings.some((reading) => reading.found < wanted && !reading.isAtEnd);
      this.#take(readings);
    }
  }

  #take(readings: readonly MergedReading[]): void {
    const order = ({ sk: a }: Position, { sk: b }: Position) => (this.#isForward ? 1 : -1) * compareTexts(a, b);
    const [bound] = readings.flatMap((reading) => (reading.isAtEnd ? [] : (reading.endedAt ?? []))).sort(order);
    const entries = new Map<string, { item: StoredItem; position: Position }>();
    for (const reading of readings) {
      for (const item of reading.items) {
        const position = reading.positionOf(item);
        // the later reading prevails, also where the sort key has changed in between
        if (bound === undefined || order(position, bound) <= 0) entries.set(item.id, { item, position });
      }
    }
    this.found += entries.size;
    const sorted = this.#keepsItems ? [...entries.values()].sort((a, b) => order(a.position, b.position)) : [];
    for (const { item, position } of sorted) {
      this.items.push(item);
      this.#positions.set(item, position);
    }
    this.#scanned += readings.reduce((sum, { scanned }) => sum + scanned, 0);
    const { isFiltered, maxScanned, log } = this.#options;
    if (isFiltered || maxScanned !== undefined) log.scanned = this.#scanned;
    this.isAtEnd = readings.every((reading) => reading.isAtEnd);
    this.endedAt = this.isAtEnd ? undefined : bound;
  }
}
