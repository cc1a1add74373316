import { shallowMerge } from '../shallow-merge.js';
import { type Attributes, type StoredItem, toEntity } from './entity.js';
import type { EntityDefinition } from './entity-definition.js';
import { checkedKeys, type IndexKeys, indexKeys } from './index-keys.js';
import { isShardOf, placeOf, shardOf, shardPartition } from './shard-text.js';
import type { IndexSharding } from './sharding.js';
import { vectorKeys } from './vector-index.js';

type Definition = Pick<EntityDefinition, 'prefix' | 'setGSIKeys' | 'indexed' | 'sharding' | 'vectors'>;

/**
 * Returns all keys of an entity as they are stored: those that `setGSIKeys` sets, spread over shards where the model
 * declares them, and those of its vector index.
 * @param entity with its unprefixed id
 * @param stored the item as it is stored, if it is
 * @throws the errors of `indexKeys`
 */
export function storedKeys(definition: Definition, entity: Attributes, stored?: StoredItem): IndexKeys {
  const { setGSIKeys, indexed, sharding, vectors, prefix } = definition;
  const own = indexKeys(setGSIKeys, entity, indexed);
  const keys = sharding === undefined ? own : shardedKeys(definition, own, prefix + entity.id, stored);
  return vectors ? shallowMerge(keys, vectorKeys(vectors, prefix, entity)) : keys;
}

function shardedKeys(definition: Definition, own: IndexKeys, id: string, stored: StoredItem | undefined): IndexKeys {
  const keys = { ...own };
  for (const sharding of Object.values(definition.sharding ?? {})) {
    if (!(sharding.pk in keys)) continue;
    Object.assign(keys, pairIn(sharding, countFor(definition, sharding, stored), own, id));
  }
  return checkedKeys(keys);
}

/** Returns the keys of one index in a layout. @param id stored */
function pairIn({ pk, sk, isBySortKey }: IndexSharding, shards: number, own: IndexKeys, id: string): IndexKeys {
  const [partition = '', sortKey = ''] = [own[pk], own[sk]];
  if (shards === 1) return { [pk]: partition, [sk]: sortKey };
  const shard = shardOf(isBySortKey ? sortKey : id, shards);
  return { [pk]: shardPartition(partition, shard), [sk]: placeOf(sortKey, id) };
}

/**
 * Returns the number of shards with which an entry is written. Entries move one way only: a process of the deployment
 * before leaves an entry that another one has moved. So readers, who read what is moved from before what is moved to,
 * miss none.
 */
function countFor(definition: Definition, sharding: IndexSharding, stored: StoredItem | undefined): number {
  const { counts, written } = sharding;
  const [from, to] = counts;
  if (stored === undefined || to === undefined || written === to) return written;
  const own = ownKeys(definition, stored);
  return !isPair(stored, pairIn(sharding, from, own, stored.id)) && isPair(stored, pairIn(sharding, to, own, stored.id))
    ? to
    : written;
}

const isPair = (stored: StoredItem, pair: IndexKeys) =>
  Object.entries(pair).every(([name, key]) => key !== '' && stored[name] === key);

/** Returns the keys that `setGSIKeys` sets for a stored item; none where it fails. */
export function ownKeys({ setGSIKeys, prefix }: Definition, stored: StoredItem): IndexKeys {
  try {
    return indexKeys(setGSIKeys, { ...toEntity(stored, prefix) }, undefined);
  } catch {
    return {};
  }
}

/**
 * Returns the partition keys of the indexes in which an item has an entry of another number of shards than `right` has,
 * or of another attribute that determines the shard. Other keys of the item may be wrong too.
 * @param right the keys that the item should have
 */
export function keysOfOtherShards(definition: Definition, stored: StoredItem, right: IndexKeys): string[] {
  const own = ownKeys(definition, stored);
  return Object.keys(own).filter((pk) => {
    const sk = `sk${pk.slice(2)}`;
    const [partition, sortKey] = [own[pk], own[sk]];
    if (!pk.startsWith('pk') || partition === undefined || sortKey === undefined) return false;
    if (stored[pk] === right[pk] && stored[sk] === right[sk]) return false;
    if (stored[sk] === sortKey) return stored[pk] === partition;
    return stored[sk] === placeOf(sortKey, stored.id) && isShardOf(String(stored[pk]), partition);
  });
}
