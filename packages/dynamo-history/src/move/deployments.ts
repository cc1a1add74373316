import type { Layout } from './moving-note.js';

/** A time in which processes of some deployments run beside each other. */
export interface Phase {
  /** The deployment before, and the new one. */
  readonly layouts: readonly [Layout, ...Layout[]];
  /** True where the notes in other shards than the last deployment writes are written again until none is left. */
  readonly isMoving?: true;
  /** True where nothing else runs. */
  readonly isQuiet?: true;
}

const many = 4;
const [one, readBoth, writeMany, all] = [
  { shards: 1 },
  { shards: [1, many] },
  { shards: [1, many], write: many },
  { shards: many },
] as const;
const [readBack, writeOne] = [{ shards: [many, 1] }, { shards: [many, 1], write: 1 }] as const;

/** After a wrong deployment: the index is as at first again, without a reading that could notice it. */
const stopped: Phase = { layouts: [one], isMoving: true, isQuiet: true };

const way: readonly Phase[] = [
  { layouts: [one, readBoth] },
  { layouts: [readBoth, writeMany] },
  { layouts: [writeMany], isMoving: true },
  { layouts: [writeMany, all] },
];

/** The deployments that change an index from one shard to four and back, and wrong ones, which the checker has to find. */
export const movePlans = {
  'as documented': [
    ...way,
    { layouts: [all, readBack] },
    { layouts: [readBack, writeOne] },
    { layouts: [writeOne], isMoving: true },
    { layouts: [writeOne, one] },
  ],
  /** Notes with keys of the new layout, and without those that other processes read. */
  'writes-the-new-keys-before-all-read-them': [{ layouts: [one, writeMany] }, stopped],
  'reads-the-new-keys-before-all-are-moved': [...way.slice(0, 2), { layouts: [writeMany, all] }, stopped],
  /** To turn back, the numbers are exchanged while processes still write the new keys: notes move to what is read first. */
  'reads-in-the-order-against-the-move': [{ layouts: [one, readBoth] }, { layouts: [writeMany, readBack] }, stopped],
} satisfies Record<string, readonly Phase[]>;

export type MovePlan = keyof typeof movePlans;
