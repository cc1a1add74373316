import type { StoredItem } from '../entity/entity.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import { isShardOf, shardOf, shardPartition } from '../entity/shard-text.js';
import type { IndexSharding } from '../entity/sharding.js';
import { ownKeys } from '../entity/stored-keys.js';
import { placeCondition } from '../expressions/shard-condition.js';
import { CountedShards } from './counted-shards.js';
import type { Position } from './cursor.js';
import { IndexReading, type QueryRequest } from './index-reading.js';
import type { ItemFilter } from './item-filter.js';
import { type Lane, ShardLane } from './lane.js';
import { MergedReading } from './merged-reading.js';
import { MovingReading } from './moving-reading.js';
import type { ResolvedQuery } from './page-query.js';
import { withKeys } from './query-request.js';
import type { Reading, ReadingOptions } from './reading.js';
import { UnshardedLane } from './unsharded-lane.js';

/** The first requests of a filtered page ask for so many items together, and each for at least so many. */
const [filteredTogether, filteredEach] = [100, 25];

/** A query of a sharded index. */
export interface ShardedQuery {
  readonly query: ResolvedQuery;
  readonly sharding: IndexSharding;
  /** The entities that are read. */
  readonly definitions: readonly EntityDefinition[];
  /** The request for the query's own keys. */
  readonly request: QueryRequest;
  readonly filter: ItemFilter;
  readonly start: Position | undefined;
}

/** Returns the query of which cursors are: its condition is on places, which a position holds. */
export const placedQuery = (query: ResolvedQuery): ResolvedQuery => ({ ...query, sk: placeCondition(query.sk) });

/**
 * Tells the cursors of a sharded index apart from others. They are valid for any number of shards, since the order is
 * the same.
 */
export const shardedText = '~';

/**
 * True while entries move from or to a partition without shards. Then whole items are read, to tell what belongs to the
 * partition.
 */
export const readsWholeItems = ({ counts }: IndexSharding): boolean => counts.length > 1 && counts.includes(1);

/** Returns the reading of a sharded index. @param isCount items are not wanted */
export function shardedReading(sharded: ShardedQuery, options: ReadingOptions, isCount = false): Reading {
  const { sharding, start, request } = sharded;
  const [from, to] = sharding.counts;
  const isForward = request.ScanIndexForward !== false;
  if (to === undefined) {
    if (!isCount) return new MergedReading(lanesOf(sharded, from, options, start), isForward, options);
    const counting = { ...sharded, request: { ...request, Select: 'COUNT' as const } };
    return new CountedShards(shardReadings(counting, from, options), options);
  }
  const all = readsWholeItems(sharding)
    ? { ...options, accepts: bothAccept(options.accepts, belongsTo(sharded)) }
    : options;
  const readingsFrom = (at: Position | undefined, rest: ReadingOptions) =>
    [from, to].map((shards) => new MergedReading(lanesOf(sharded, shards, rest, at), isForward, rest));
  return new MovingReading(readingsFrom, { start, isForward, keepsItems: !isCount, options: all });
}

function lanesOf(sharded: ShardedQuery, shards: number, options: ReadingOptions, start: Position | undefined): Lane[] {
  if (shards !== 1) return shardReadings({ ...sharded, start }, shards, options).map((one) => new ShardLane(one));
  const { query, request, filter } = sharded;
  const range = { query, isForward: request.ScanIndexForward !== false, start };
  const lane = new UnshardedLane(range, (sk, isInRange) => {
    const accepts = bothAccept(options.accepts, isInRange);
    return new IndexReading(withKeys(request, filter, { ...query, sk }), query.index, laneOptions(options, accepts));
  });
  return [lane];
}

/** Returns the readings of the shards that a query needs: all of them, or the one that its sort key determines. */
function shardReadings(sharded: ShardedQuery, shards: number, options: ReadingOptions): IndexReading[] {
  const { query, request, filter, start, sharding } = sharded;
  const sk = placeCondition(query.sk);
  const isLookUp = sharding.isBySortKey && query.sk !== undefined && 'eq' in query.sk;
  const needed = isLookUp ? [shardOf((query.sk as { eq: string }).eq, shards)] : [...Array(shards).keys()];
  const least = Math.max(filteredEach, Math.ceil(filteredTogether / needed.length));
  return needed.map((shard) => {
    const keys = { index: query.index, pk: shardPartition(query.pk, shard), sk };
    return new IndexReading(withKeys(request, filter, keys, start), query.index, laneOptions(options), least);
  });
}

/** The reading of all lanes bounds what is read, and logs it. */
const laneOptions = (options: ReadingOptions, accepts = options.accepts): ReadingOptions => ({
  ...options,
  accepts,
  maxScanned: undefined,
  log: {},
});

type Accepts = ReadingOptions['accepts'];

const bothAccept = (a: Accepts, b: (item: StoredItem) => boolean) => (a ? (item: StoredItem) => a(item) && b(item) : b);

/**
 * Returns a test for items of the queried partition. While an index moves from or to one shard, the shard `ORG#1~3` may
 * also be the partition of an entity whose own key is `ORG#1~3`.
 */
function belongsTo({ query, sharding, definitions }: ShardedQuery): (item: StoredItem) => boolean {
  const { pk } = sharding;
  return (item) => {
    const definition = definitions.find(({ prefix }) => item.id.startsWith(prefix));
    const own = definition && ownKeys(definition, item)[pk];
    if (own === undefined || own === query.pk) return true;
    const stored = String(item[pk]);
    return own !== stored && !isShardOf(stored, own); // a stale key, as a query of one shard would find it
  };
}
