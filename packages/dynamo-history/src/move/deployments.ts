import type { Layout } from './moving-note.js';

/** A period in which processes of some deployments run at the same time. */
export interface Phase {
  /** The layouts of the deployments that run, the newest last. */
  readonly layouts: readonly [Layout, ...Layout[]];
  /** True if notes that are not in the shards of the newest deployment are written again, until none is left. */
  readonly isMoving?: true;
  /** True if no other calls run. */
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

/** The end of a wrong plan: moves all notes back to one shard, without lists that could notice anything. */
const stopped: Phase = { layouts: [one], isMoving: true, isQuiet: true };

const toMany: readonly Phase[] = [
  { layouts: [one, readBoth] },
  { layouts: [readBoth, writeMany] },
  { layouts: [writeMany], isMoving: true },
  { layouts: [writeMany, all] },
];

/** Plans that change an index from one shard to four and back: the documented one, and wrong ones, which the checker has to find. */
export const movePlans = {
  'as documented': [
    ...toMany,
    { layouts: [all, readBack] },
    { layouts: [readBack, writeOne] },
    { layouts: [writeOne], isMoving: true },
    { layouts: [writeOne, one] },
  ],
  /** Some processes write keys of the new layout, which others do not read. */
  'writes-the-new-keys-before-all-read-them': [{ layouts: [one, writeMany] }, stopped],
  'reads-the-new-keys-before-all-are-moved': [...toMany.slice(0, 2), { layouts: [writeMany, all] }, stopped],
  /** The order of reads is turned round while processes still write the new keys, so notes move to shards that are read first. */
  'reads-in-the-order-against-the-move': [{ layouts: [one, readBoth] }, { layouts: [writeMany, readBack] }, stopped],
} satisfies Record<string, readonly Phase[]>;

export type MovePlan = keyof typeof movePlans;
