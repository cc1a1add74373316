import type { EntityDefinition } from './entity-definition.js';
import { storedId } from './entity-id.js';

/** How many items a counter is spread over. */
export interface CounterOptions {
  /** The number of items, from 1 to 100: one BatchGetItem reads up to 100. Each accepts about 1,000 adds a second. */
  readonly shards: number;
  /** How many of them, from the first one on, are written. Set it while the number of shards changes. @default all */
  readonly write?: number | undefined;
}

/** The shards of one counter of a model, resolved and checked. All its functions are pure. */
export interface CounterShards {
  readonly shards: number;
  /** How many of them are written. */
  readonly write: number;
  /** The definition of a shard as an entity with one counter, `count`. It has no schema, claims or index keys. */
  readonly definition: EntityDefinition;
  /** Returns the stored ids of the shards of an entity; none for an id that is empty or too long. */
  ids(id: string): string[];
  /** Returns the stored id of the entity of a shard, and the number of the shard; undefined for any other item. */
  placeOf(id: string): { readonly ownerId: string; readonly shard: number } | undefined;
}

const maxShards = 100;

/** Checks the declaration of a counter. @throws TypeError */
export function checkCounter(name: string, options: CounterOptions): void {
  const { shards, write = shards } = options;
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
    throw new TypeError(
      `A sharded counter is named ${JSON.stringify(name)}; a name is a letter, then letters, digits and _`,
    );
  }
  const isCount = (n: number, most: number) => Number.isInteger(n) && n >= 1 && n <= most;
  if (!isCount(shards, maxShards) || !isCount(write, shards)) {
    const given = JSON.stringify(options);
    throw new TypeError(
      `The sharded counter ${name} has ${given}; shards takes a whole number from 1 to ${maxShards}, and write one from 1 to shards`,
    );
  }
}

/** Returns the shards of a counter. Their ids begin with a prefix such as `ISSUE+views#`, which no entity can have. */
export function counterShards(
  owner: EntityDefinition,
  name: string,
  { shards, write = shards }: CounterOptions,
): CounterShards {
  const prefix = `${owner.prefix.slice(0, -1)}+${name}#`;
  const placed = /^(.+)#(0|[1-9]\d?)$/s;
  return {
    shards,
    write,
    definition: {
      name: `${owner.name}.${name}`,
      prefix,
      counters: ['count'],
      unique: [],
      uniqueAttributes: [],
      indexed: [],
      expiry: owner.expiry, // of tombstones
      scope: undefined,
      keepsHistory: false,
      schema: undefined,
      vectors: undefined,
      sharding: undefined,
      findLegacyOwner: undefined,
      generateId: () => '',
      setGSIKeys: () => {},
      normalise: (data) => data,
      normaliseUnique: (_, value) => String(value),
    },
    ids(id) {
      const own = storedId(owner.prefix, id)?.slice(owner.prefix.length);
      if (own === undefined || storedId(prefix, `${prefix}${own}#${maxShards}`) === null) return [];
      return Array.from({ length: shards }, (_, shard) => `${prefix}${own}#${shard}`);
    },
    placeOf(id) {
      const [, own, shard] = (id.startsWith(prefix) && placed.exec(id.slice(prefix.length))) || [];
      return own === undefined ? undefined : { ownerId: owner.prefix + own, shard: Number(shard) };
    },
  };
}
