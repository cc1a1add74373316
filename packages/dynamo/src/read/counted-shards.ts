import type { Call } from '../call/call.js';
import { mapBounded } from '../call/concurrency.js';
import type { StoredItem } from '../entity/entity.js';
import type { Position } from './cursor.js';
import type { IndexReading } from './index-reading.js';
import type { Reading, ReadingOptions } from './reading.js';

/** Requests in flight of one count. */
const requestsAtOnce = 32;

/** The number of entries of all shards, without the entries. */
export class CountedShards implements Reading {
  readonly items: StoredItem[] = [];
  readonly endedAt = undefined;
  readonly #shards: readonly IndexReading[];
  readonly #options: ReadingOptions;

  constructor(shards: readonly IndexReading[], options: ReadingOptions) {
    this.#shards = shards;
    this.#options = options;
  }

  get found(): number {
    return this.#shards.reduce((sum, { found }) => sum + found, 0);
  }

  get isAtEnd(): boolean {
    return this.#shards.every(({ isAtEnd }) => isAtEnd);
  }

  positionOf(): Position {
    throw new TypeError('A count has no items');
  }

  async readTo(found: number, callOf: () => Call): Promise<void> {
    while (this.found < found && !this.isAtEnd) await this.#readRound(found - this.found, callOf);
  }

  /** Reads all shards to their ends, or, where the count is bounded, asks each once. */
  async #readRound(wanted: number, callOf: () => Call): Promise<void> {
    const open = this.#shards.filter(({ isAtEnd }) => !isAtEnd);
    const part = Math.ceil(wanted / open.length);
    const read = (shard: IndexReading) =>
      Number.isFinite(part) ? shard.readOnce(part, callOf()) : shard.readTo(part, callOf);
    const failures: unknown[] = [];
    await mapBounded(open, requestsAtOnce, async (shard) => {
      if (failures.length > 0) return;
      await read(shard).catch((error) => failures.push(error));
    });
    const { isFiltered, log } = this.#options;
    if (isFiltered) log.scanned = this.#shards.reduce((sum, { scanned }) => sum + scanned, 0);
    if (failures.length > 0) throw failures[0];
  }
}
