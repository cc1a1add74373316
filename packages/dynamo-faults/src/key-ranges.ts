import type { PartitionCost } from './partition-cost.js';

/** A part of the sort keys of a partition key, from `from` up to that of the next part. */
interface KeyRange {
  readonly from: string;
  /** The last sort keys that were written, or were to be written. */
  keys: string[];
  /** Milliseconds: since when writes are throttled, and when one was throttled last. */
  throttledSince: number | undefined;
  throttledAt: number;
}

const rememberedKeys = 200;
/** A partition that has throttled nothing for so long is no longer hot. */
const quietMs = 10_000;

const rangeFrom = (from: string): KeyRange => ({ from, keys: [], throttledSince: undefined, throttledAt: 0 });

/** The partitions into which the entries of each partition key are split by their sort keys. Never merged, as in DynamoDB. */
export class KeyRanges {
  readonly #splitAfterMs: number;
  readonly #ranges = new Map<string, KeyRange[]>();

  constructor(splitAfterMs: number) {
    this.#splitAfterMs = splitAfterMs;
  }

  /** Returns the name of the partition of an entry, and remembers its sort key. */
  placeOf({ partition, sortKey }: PartitionCost): string {
    const range = this.#rangeOf(partition, sortKey);
    if (!range || sortKey === undefined) return partition;
    range.keys.push(sortKey);
    if (range.keys.length > rememberedKeys) range.keys.shift();
    return placeName(partition, range);
  }

  /** Notes that a write was throttled. Returns the names of the two partitions that a split makes, if it is time for one. */
  throttled(partition: string, sortKey: string | undefined, now: number): readonly string[] {
    const range = this.#rangeOf(partition, sortKey);
    if (!range) return [];
    if (range.throttledSince === undefined || now - range.throttledAt > quietMs) range.throttledSince = now;
    range.throttledAt = now;
    if (now - range.throttledSince < this.#splitAfterMs) return [];
    const keys = range.keys.toSorted();
    const middle = keys[keys.length >> 1];
    if (middle === undefined || middle === keys[0]) return []; // one sort key, or nearly one
    const halves = [rangeFrom(range.from), rangeFrom(middle)];
    const all = this.#ranges.get(partition) ?? [];
    this.#ranges.set(partition, [...all.filter((one) => one !== range), ...halves].sort(byStart));
    return halves.map((half) => placeName(partition, half));
  }

  count(partition: string): number {
    return this.#ranges.get(partition)?.length ?? 1;
  }

  #rangeOf(partition: string, sortKey: string | undefined): KeyRange | undefined {
    if (sortKey === undefined || this.#splitAfterMs === Number.POSITIVE_INFINITY) return undefined;
    const ranges = this.#ranges.get(partition) ?? [rangeFrom('')];
    this.#ranges.set(partition, ranges);
    return ranges.findLast(({ from }) => from <= sortKey);
  }
}

const byStart = (a: KeyRange, b: KeyRange) => (a.from < b.from ? -1 : 1);
const placeName = (partition: string, { from }: KeyRange) => (from === '' ? partition : `${partition} ${from}`);
