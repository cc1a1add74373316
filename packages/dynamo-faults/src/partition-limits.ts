import { KeyRanges } from './key-ranges.js';
import type { PartitionCost } from './partition-cost.js';

/** What one partition of a table or of an index accepts. */
export interface PartitionLimits {
  /** Write units per second. @default 1000 */
  readonly writeUnits?: number | undefined;
  /** Read units per second. @default 3000 */
  readonly readUnits?: number | undefined;
  /** Seconds of unused capacity that a partition saves for a burst; at least one. @default 300 */
  readonly burstSeconds?: number | undefined;
  /** Seconds of throttled writes after which a partition is split by its sort keys. @default never */
  readonly splitAfterSeconds?: number | undefined;
}

interface Bucket {
  units: number;
  at: number;
}

/** DynamoDB's documented limits. */
const defaults = { writeUnits: 1000, readUnits: 3000, burstSeconds: 300, splitAfterSeconds: Number.POSITIVE_INFINITY };

/**
 * The units that each partition has left. With `splitAfterSeconds`, a partition that throttles writes is split by its
 * sort keys, like DynamoDB's split for heat. Reads are counted as if the partition were not split.
 */
export class PartitionUnits {
  readonly #perSecond: { readonly write: number; readonly read: number };
  readonly #burstSeconds: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();
  readonly #splits: KeyRanges;

  /** @param now milliseconds */
  constructor(limits: PartitionLimits = {}, now: () => number = () => performance.now()) {
    const given = Object.entries(limits).filter(([, value]) => value !== undefined);
    const { writeUnits, readUnits, burstSeconds, splitAfterSeconds } = { ...defaults, ...Object.fromEntries(given) };
    for (const [name, value] of Object.entries({ writeUnits, readUnits, burstSeconds, splitAfterSeconds })) {
      if (!(value > 0)) throw new TypeError(`throttlingHandler: ${name} is ${value}; it must be a number above 0`);
    }
    this.#perSecond = { write: writeUnits, read: readUnits };
    this.#burstSeconds = Math.max(1, burstSeconds);
    this.#now = now;
    this.#splits = new KeyRanges(splitAfterSeconds * 1000);
  }

  /**
   * Takes the units of a write from all of its partitions, or from none. Returns the first cost that its partition
   * cannot bear.
   */
  takeWrite(costs: readonly PartitionCost[]): PartitionCost | undefined {
    const sums = new Map<string, number>();
    const now = this.#now();
    const places = costs.map((cost) => ({ ...cost, place: this.#splits.placeOf(cost) }));
    for (const { place, units } of places) sums.set(place, (sums.get(place) ?? 0) + units);
    for (const { partition, sortKey, place } of places) {
      const units = sums.get(place) ?? 0;
      // a write that no partition could ever bear waits for a full one
      if (this.#bucket('write', place).units >= Math.min(units, this.#most('write'))) continue;
      for (const half of this.#splits.noteThrottled(partition, sortKey, now)) {
        // a new partition has saved no capacity
        this.#buckets.set(`write ${half}`, { units: this.#perSecond.write, at: now });
      }
      return { partition, units };
    }
    for (const [partition, units] of sums) this.#bucket('write', partition).units -= units;
    return undefined;
  }

  /** Returns the number of partitions into which the entries of one partition key are split. */
  partitionsOf(partition: string): number {
    return this.#splits.count(partition);
  }

  /** True where a partition can bear a read, whose units are known afterwards. */
  canRead(partition: string): boolean {
    return this.#bucket('read', partition).units > 0;
  }

  /** Takes the units of a read that was carried out. */
  takeRead({ partition, units }: PartitionCost): void {
    this.#bucket('read', partition).units -= units;
  }

  #most(kind: 'write' | 'read'): number {
    return this.#perSecond[kind] * this.#burstSeconds;
  }

  #bucket(kind: 'write' | 'read', partition: string): Bucket {
    const now = this.#now();
    const name = `${kind} ${partition}`;
    const bucket = this.#buckets.get(name) ?? { units: this.#most(kind), at: now };
    bucket.units = Math.min(this.#most(kind), bucket.units + ((now - bucket.at) * this.#perSecond[kind]) / 1000);
    bucket.at = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
