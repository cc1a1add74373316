import type { Call } from '../call/call.js';
import { mapBounded } from '../call/concurrency.js';
import type { StoredItem } from '../entity/entity.js';
import { DeadlineExceededError } from '../errors.js';
import { compareTexts } from '../expressions/compare.js';
import type { Position } from './cursor.js';
import type { Entry, Lane } from './lane.js';
import type { Reading, ReadingOptions } from './reading.js';

/** Requests in flight of one page. */
const requestsAtOnce = 32;
/** Asked of each shard beyond its even part of a page, so that few shards are asked twice. */
const slack = 3;

/**
 * The entries of several partitions in the order of their places. All are asked at once for an even part of what is
 * wanted; those whose answer may be followed by another wanted entry are asked again. Each is asked once before any is
 * asked again, so that none is read further than the others make necessary.
 */
export class MergedReading implements Reading {
  items: StoredItem[] = [];
  found = 0;
  isAtEnd = false;
  endedAt: Position | undefined;
  /** Read, and beyond the bound of another lane. */
  #waiting: Entry[] = [];
  readonly #positions = new WeakMap<StoredItem, Position>();
  readonly #lanes: readonly Lane[];
  readonly #sign: 1 | -1;
  readonly #options: ReadingOptions;

  constructor(lanes: readonly Lane[], isForward: boolean, options: ReadingOptions) {
    this.#lanes = lanes;
    this.#sign = isForward ? 1 : -1;
    this.#options = options;
  }

  get scanned(): number {
    return this.#lanes.reduce((sum, { scanned }) => sum + scanned, 0);
  }

  positionOf(item: StoredItem): Position {
    return this.#positions.get(item) as Position;
  }

  async readTo(found: number, callOf: () => Call): Promise<void> {
    const { isFiltered, maxScanned } = this.#options;
    const end = maxScanned === undefined ? Number.POSITIVE_INFINITY : this.scanned + maxScanned;
    const wanted = found - this.found;
    for (let round = 1; this.found < found && !this.isAtEnd && this.scanned < end; round++) {
      const open = this.#lanesToRead(found - this.found).slice(0, Math.max(1, this.#unread, end - this.scanned));
      const share = maxScanned === undefined ? undefined : Math.max(1, Math.floor((end - this.scanned) / open.length));
      try {
        await this.#readRound(open, this.#part(wanted, round), callOf, share);
      } catch (error) {
        const mayEndEarly = isFiltered || maxScanned !== undefined;
        if (mayEndEarly && round > 1 && error instanceof DeadlineExceededError) return;
        throw error;
      }
    }
  }

  /** The third time, a lane is asked for twice as many, and so on: the entries may all be in one. */
  #part(wanted: number, round: number): number {
    const part = Math.ceil(wanted / this.#lanes.length) + slack;
    return Math.min(wanted, part * 2 ** Math.max(0, round - 2));
  }

  /**
   * Returns the lanes that may have one of the next entries beyond what was read of them: first those of which least
   * was read.
   */
  #lanesToRead(wanted: number): readonly Lane[] {
    const open = this.#lanes.filter(({ isAtEnd }) => !isAtEnd).sort((a, b) => this.#byBound(a, b));
    const last = this.#waiting[wanted - 1];
    return last ? open.filter(({ bound }) => !bound || this.#compare(bound, last.position) < 0) : open;
  }

  /** Number of lanes of which nothing was read. Without them, a page that ends early would have no end. */
  get #unread(): number {
    return this.#lanes.filter(({ isAtEnd, bound }) => !isAtEnd && !bound).length;
  }

  #byBound({ bound: a }: Lane, { bound: b }: Lane): number {
    return a && b ? this.#compare(a, b) : Number(a !== undefined) - Number(b !== undefined);
  }

  /**
   * Asks each lane once.
   * @throws the first error, when no request is left behind; then all is given out that was before
   */
  async #readRound(open: readonly Lane[], part: number, callOf: () => Call, share?: number): Promise<void> {
    const failures: unknown[] = [];
    await mapBounded(open, requestsAtOnce, async (lane) => {
      if (failures.length > 0) return;
      try {
        this.#waiting.push(...(await lane.readOn(part, callOf, share)));
      } catch (error) {
        failures.push(error);
      }
    });
    const { isFiltered, maxScanned, log } = this.#options;
    if (isFiltered || maxScanned !== undefined) log.scanned = this.scanned;
    if (failures.length > 0) throw failures[0];
    this.#release();
  }

  /** Gives out what comes before everything that was not read. */
  #release(): void {
    const open = this.#lanes.filter(({ isAtEnd }) => !isAtEnd).sort((a, b) => this.#byBound(a, b));
    this.isAtEnd = open.length === 0;
    this.endedAt = open[0]?.bound;
    this.#waiting.sort((a, b) => this.#sign * Buffer.compare(a.bytes, b.bytes));
    const bound = this.endedAt && Buffer.from(this.endedAt.sk);
    const isReady = ({ bytes }: Entry) => bound === undefined || this.#sign * Buffer.compare(bytes, bound) <= 0;
    const end = this.#waiting.findIndex((entry) => !isReady(entry));
    const ready = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
    for (const { item, position } of ready) this.#positions.set(item, position);
    const all = [...this.items, ...ready.map(({ item }) => item)];
    const kept = withoutDoubles(all);
    this.found += ready.length - (all.length - kept.length);
    this.items = kept;
  }

  #compare = (a: Position, b: Position): number => this.#sign * compareTexts(a.sk, b.sk);
}

/**
 * Leaves out all but the latest version of an entry. One whose sort key changes moves to another shard, which may be
 * read later.
 */
function withoutDoubles(items: StoredItem[]): StoredItem[] {
  const latest = new Map<string, StoredItem>();
  for (const item of items) {
    const other = latest.get(item.id);
    if (other === undefined || Number(other.version ?? 0) < Number(item.version ?? 0)) latest.set(item.id, item);
  }
  return latest.size === items.length ? items : items.filter((item) => latest.get(item.id) === item);
}
