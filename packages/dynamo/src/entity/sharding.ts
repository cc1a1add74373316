import { dryRun } from './index-keys.js';
import { type IndexKeyName, type IndexName, indexKeyNames } from './index-names.js';
import type { Recording, SetGSIKeys } from './key-recording.js';

const maxShards = 256;

/** The shards of one index. */
export interface ShardsOf<A extends string = string> {
  /** Number of shards, 1 to 256; or, while entries move, `[from, to]`: both are read. */
  readonly shards: number | readonly [from: number, to: number];
  /** The attribute that determines the shard: `id`, or one of which the sort key of the index is made. */
  readonly by: A;
  /** While entries move: the number of shards that is written, one of the two. @default the first */
  readonly write?: number | undefined;
}

/** The shards of the indexes of a model. An index that is absent has one shard. */
export type IndexShards<T> = {
  readonly [I in IndexName]?: ShardsOf<Exclude<keyof T & string, IndexKeyName | 'version'>>;
};

/** How the entries of one index are spread over partitions. */
export interface IndexSharding {
  readonly pk: IndexKeyName;
  readonly sk: IndexKeyName;
  /** The number of shards; while entries move, that from which and that to which. */
  readonly counts: readonly [number, number?];
  /** The number of shards of which new entries are. */
  readonly written: number;
  /** The sort key determines the shard, so that a look-up by it reads one; else the id does. */
  readonly isBySortKey: boolean;
}

/** The sharded indexes of a model. */
export type Sharding = { readonly [I in IndexName]?: IndexSharding };

interface Declaring {
  readonly name: string;
  readonly setGSIKeys: SetGSIKeys;
  readonly indexed: readonly string[] | undefined;
}

/**
 * Returns the sharded indexes of a model; undefined where all have one shard.
 * @throws TypeError for a declaration that cannot hold
 */
export function shardingOf(model: Declaring, declared: object | undefined): Sharding | undefined {
  if (declared === undefined) return undefined;
  const recording = dryRun(model.setGSIKeys);
  const sharded = Object.entries(declared).flatMap(([index, given]) => {
    const sharding = checkedSharding(model, index, given, recording);
    return sharding ? [[index, sharding]] : [];
  });
  return sharded.length === 0 ? undefined : Object.fromEntries(sharded);
}

function checkedSharding(model: Declaring, index: string, given: unknown, recording: Recording | undefined) {
  if (given === undefined) return undefined;
  const where = `indexShards() of ${model.name}`;
  const names = Object.hasOwn(indexKeyNames, index) ? indexKeyNames[index as IndexName] : undefined;
  if (!names) throw new TypeError(`${where} has ${index}; a table has GSI1, GSI2, and so on to GSI20 at most`);
  const { shards, by, write } = Object(given) as Partial<ShardsOf>;
  const counts = checkedCounts(shards, `shards of ${index} in ${where}`);
  const [from, to] = counts;
  if (write !== undefined && (to === undefined || !counts.includes(write))) {
    throw new TypeError(
      to === undefined
        ? `${where} has \`write\` for ${index}, which goes with two numbers of shards: shards: [1, ${from}]`
        : `\`write\` of ${index} in ${where} is ${write}; it takes ${from} or ${to}`,
    );
  }
  const [pk, sk] = names;
  checkBy(model, { index, by, sk, where }, recording);
  if (recording && recording.reads.size === 0 && !(pk in recording.keys && sk in recording.keys)) {
    throw new TypeError(`${where} has ${index}, but setGSIKeys sets no ${pk} and ${sk}`);
  }
  if (to === undefined && from === 1) return undefined; // as without a declaration
  return { pk, sk, counts, written: write ?? from, isBySortKey: by !== 'id' } satisfies IndexSharding;
}

function checkedCounts(shards: unknown, where: string): readonly [number, number?] {
  const counts: unknown[] = Array.isArray(shards) ? shards : [shards];
  const isCount = (count: unknown) => Number.isInteger(count) && Number(count) >= 1 && Number(count) <= maxShards;
  if (counts.length > 2 || counts.length === 0 || !counts.every(isCount)) {
    throw new TypeError(
      `${where} is ${JSON.stringify(shards)}; it takes a whole number from 1 to ${maxShards}, or two while entries move: [from, to]`,
    );
  }
  const [from, to] = counts as [number, number?];
  if (from === to)
    throw new TypeError(`${where} is [${from}, ${to}]: entries move between different numbers of shards`);
  return Array.isArray(shards) && to === undefined ? [from] : (counts as [number, number?]);
}

/** The shard has to follow from the place of an entry: else an update could move an entry past a reader of its page. */
function checkBy(
  { setGSIKeys: _, indexed }: Declaring,
  { index, by, sk, where }: { index: string; by: unknown; sk: IndexKeyName; where: string },
  recording: Recording | undefined,
): void {
  if (typeof by !== 'string' || by === '') {
    throw new TypeError(`${where} needs \`by\` for ${index}: 'id', or an attribute of which ${sk} is made`);
  }
  const isConstant = by === 'id' || by === 'createdAt';
  const template = recording?.templates.get(sk);
  if (by === 'id' || recording === undefined) return;
  const isUsed = template
    ? template.named.includes(by)
    : isConstant || recording.reads.has(by) || indexed?.includes(by);
  if (isUsed) return;
  throw new TypeError(
    `\`by\` of ${index} in ${where} is ${by}, of which ${sk} is not made: name 'id', or an attribute of ${sk}`,
  );
}
