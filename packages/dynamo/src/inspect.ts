import type { DynamoModel } from './dynamo-model.js';
import type { CounterShards } from './entity/counter-shards.js';
import { type Attributes, type BaseModel, type StoredItem, toEntity } from './entity/entity.js';
import { isExpired, isPresent, isTombstone, type Unique } from './entity/entity-definition.js';
import type { IndexKeys } from './entity/index-keys.js';
import { keysOfOtherShards, storedKeys } from './entity/stored-keys.js';
import { callsOf } from './model-reads.js';
import { type Claim, claimPrefix, claimsOf } from './write/unique-claims.js';

/** How a model stores its entity, for tools that check or repair a table, such as the doctor. All functions are pure. */
export interface Inspection {
  readonly entityName: string;
  /** The prefix of stored ids: `USER#`. */
  readonly prefix: string;
  readonly uniqueAttributes: readonly string[];
  /** What is unique, alone or combined: `email`, `orgId+key`. */
  readonly uniques: readonly Unique[];
  readonly indexedAttributes: readonly string[] | undefined;
  /** The attribute that holds the time at which an entity and its claims expire. */
  readonly expiry: string | undefined;
  /** True for an entity or claim that has expired, and for a tombstone: it counts as absent, and DynamoDB will delete it. */
  isExpired(item: Attributes): boolean;
  /** Returns the beginning of the ids of the claims on a unique attribute or combination: `UNIQUE#USER#email#`. */
  claimPrefix(unique: string): string;
  /** Returns the claims that a stored item should have. An expired item has none; nor has a value that is empty or too long for a key. */
  claims(item: StoredItem): Claim[];
  /** Returns the index keys that a stored item should have, those of its vector index too. Throws the errors of `setGSIKeys`, and InvalidItemError. */
  keys(item: StoredItem): IndexKeys;
  /**
   * Returns the partition keys, such as `pk1`, of the indexes in which an item has an entry of another number of shards
   * than the model writes, or of another attribute that determines the shard. Throws as `keys` does.
   */
  keysOfOtherShards(item: StoredItem): string[];
  /** The sharded counters of the model. */
  readonly counters: readonly CounterShards[];
  /** The shards and the vector index of the model as text: where it changes, items may need other keys. */
  readonly layout: string;
  /** Returns the item as the model returns it. */
  entity(item: StoredItem): BaseModel;
}

/** Returns how a model stores its entity. Touches neither network nor environment. */
export function inspect<T extends BaseModel>(model: DynamoModel<T>): Inspection {
  const calls = callsOf(model);
  const { definition } = calls;
  const keysOf = (item: StoredItem) => storedKeys(definition, { ...toEntity(item, definition.prefix) }, item);
  const counters = calls.counters.map((counter) => counter.shards());
  return {
    entityName: definition.name,
    prefix: definition.prefix,
    uniqueAttributes: definition.uniqueAttributes,
    uniques: definition.unique,
    indexedAttributes: definition.indexed,
    claimPrefix: (unique) => claimPrefix(definition, unique),
    expiry: definition.expiry,
    isExpired: (item) => isTombstone(item) || isExpired(definition, item),
    claims: (item) => (!isPresent(definition, item) ? [] : claimsOf(definition, item)),
    keys: keysOf,
    keysOfOtherShards: (item) => keysOfOtherShards(definition, item, keysOf(item)),
    counters,
    layout: JSON.stringify([definition.sharding ?? {}, definition.vectors ?? {}, ...counters]),
    entity: (item) => toEntity(item, definition.prefix),
  };
}
