import type { PartitionCost } from './partition-cost.js';

/** A range of the sort keys under one partition key: from `from` up to the start of the next range. */
interface KeyRange {
  readonly from: string;
  /** The sort keys of the last writes, including throttled ones. */
  keys: string[];
  /** Since when writes have been throttled, in milliseconds. */
  throttledSince: number | undefined;
  /** When the last write was throttled, in milliseconds. */
  throttledAt: number;
}

const rememberedKeys = 200;
/** A partition that throttles nothing for so long counts as cool. */
const quietMs = 10_000;

const rangeFrom = (from: string): KeyRange => ({ from, keys: [], throttledSince: undefined, throttledAt: 0 });

/** The partitions into which the entries of each partition key are split by their sort keys. As in DynamoDB, they are never merged. */
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

  /** Notes that a write was throttled at `now`, in milliseconds. Returns the names of the two halves if it is time for a split, else none. */
  noteThrottled(partition: string, sortKey: string | undefined, now: number): readonly string[] {
    const range = this.#rangeOf(partition, sortKey);
    if (!range) return [];
    if (range.throttledSince === undefined || now - range.throttledAt > quietMs) range.throttledSince = now;
    range.throttledAt = now;
    if (now - range.throttledSince < this.#splitAfterMs) return [];
    const keys = range.keys.toSorted();
    const middle = keys[keys.length >> 1];
    if (middle === undefined || middle === keys[0]) return []; // at least half of the keys are the same: no split would help
    const halves = [rangeFrom(range.from), rangeFrom(middle)];
    const all = this.#ranges.get(partition) ?? [];
    this.#ranges.set(partition, [...all.filter((one) => one !== range), ...halves].sort(byStart));
    return halves.map((half) => placeName(partition, half));
  }

  /** Returns the number of partitions into which the entries of a partition key are split. */
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
