import type { Call } from '../call/call.js';
import type { StoredItem } from '../entity/entity.js';
import type { Position } from './cursor.js';
import type { IndexReading } from './index-reading.js';

/** An item with its place, by which the shards of an index are merged. */
export interface Entry {
  readonly item: StoredItem;
  readonly position: Position;
  /** The text of the place in the order of the database. */
  readonly bytes: Buffer;
}

/** One partition among those that are merged. */
export interface Lane {
  /** Number of items read, matching or not. */
  readonly scanned: number;
  readonly isAtEnd: boolean;
  /** The place up to which all entries were given out; undefined before the first request and at the end. */
  readonly bound: Position | undefined;
  /** Reads on, to a further bound, for so many more entries: it may give fewer. */
  readOn(more: number, callOf: () => Call, maxScanned?: number): Promise<Entry[]>;
}

/** Returns an item with its place. */
export const entryOf = (item: StoredItem, position: Position): Entry => ({
  item,
  position,
  bytes: Buffer.from(position.sk),
});

/** A shard: its entries are stored in the order of their places. */
export class ShardLane implements Lane {
  readonly #reading: IndexReading;

  constructor(reading: IndexReading) {
    this.#reading = reading;
  }

  get scanned(): number {
    return this.#reading.scanned;
  }

  get isAtEnd(): boolean {
    return this.#reading.isAtEnd;
  }

  get bound(): Position | undefined {
    return this.#reading.endedAt;
  }

  async readOn(more: number, callOf: () => Call, maxScanned?: number): Promise<Entry[]> {
    const reading = this.#reading;
    await reading.readOnce(more, callOf(), maxScanned);
    return reading.items.splice(0).map((item) => entryOf(item, reading.positionOf(item)));
  }
}
