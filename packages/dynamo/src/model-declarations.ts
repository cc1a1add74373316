import { withCheckedCounters } from './entity/counters.js';
import type { Attribute, AttributeValue, BaseModel, NewItem, NumberAttribute } from './entity/entity.js';
import type { EntityDefinition, Unique } from './entity/entity-definition.js';
import { entityPrefix } from './entity/entity-id.js';
import { namedAttributes } from './entity/key-recording.js';
import type { Schema, SchemaOf } from './entity/schema.js';
import { type IndexShards, shardingOf } from './entity/sharding.js';
import type { UnstorableAttribute } from './entity/storable.js';
import { resolveVectorIndex, type VectorIndex } from './entity/vector-index.js';
import type { CallOptions, DynamoModelOptions } from './options.js';

/** Returns the definition of a model's entity: for functions of this package, and not a method that callers and subclasses would see. */
export let entityDefinitionOf: <T extends BaseModel>(model: ModelDeclarations<T>) => EntityDefinition;

/** A unique attribute, or several whose combination is unique. */
export type UniqueAttribute<T extends BaseModel> =
  | Attribute<T>
  | (keyof T & string)
  | readonly [Attribute<T>, Attribute<T>, ...Attribute<T>[]];

/** The values of a unique attribute, or of a combination. */
export type UniqueValues<T extends BaseModel> = { readonly [K in Attribute<T>]?: NonNullable<AttributeValue<T, K>> };

/** The arguments of a model's constructor: none fit where T has an attribute that DynamoDB cannot hold. */
export type ModelArguments<T extends BaseModel> = [UnstorableAttribute<T>] extends [never]
  ? [options?: DynamoModelOptions]
  : [{ readonly 'DynamoDB cannot hold': UnstorableAttribute<T> }];

function uniqueOf(declared: string | readonly string[]): Unique {
  const attributes = typeof declared === 'string' ? [declared] : declared;
  return { name: attributes.join('+'), attributes };
}

const attributesOf = ({ attributes }: Unique) => attributes;

/** The declarations of a model about its entity: the protected methods that a subclass implements or overrides. */
export abstract class ModelDeclarations<T extends BaseModel> {
  #definition: EntityDefinition | undefined;

  static {
    entityDefinitionOf = (model) => {
      model.#definition ??= model.#resolveDefinition();
      return model.#definition;
    };
  }

  /** `User` gives ids the prefix `USER#`. A letter, then letters, digits and _; neither UNIQUE nor ONCE. */
  protected abstract getEntityName(): string;

  /** Returns the id of a new entity, with or without its prefix; create rejects an id that is taken. */
  protected abstract generateId(data: NewItem<T>): string | Promise<string>;

  /**
   * Assigns index keys: pk1 and sk1 for GSI1, and so on to pk20 and sk20. Pure and synchronous. A pair that is not whole, or made from an absent attribute, is left out of its index.
   * @param entity with its unprefixed id and without keys
   * @param now the entity's `createdAt`, always; a key that should move uses `entity.updatedAt`
   */
  protected abstract setGSIKeys(entity: T, now: string): void;

  /**
   * The schema of each attribute, by any library that implements Standard Schema. `create` parses all of them, `update` those given; reads are not
   * parsed. @default undefined: values are stored as given
   */
  protected schema(): SchemaOf<T> | undefined {
    return undefined;
  }

  /** Attributes whose value no two entities may share, or whose combination: `['email', ['orgId', 'key']]`. @default none */
  protected uniqueAttributes(): readonly UniqueAttribute<T>[] {
    return [];
  }

  /**
   * Attributes that `setGSIKeys` reads. Declared, an update of others is one request; undefined: each update reads first.
   * @default those that `setGSIKeys` names, where it is made of ``key(entity)`…` `` alone and does not take `now`; else undefined
   */
  protected indexedAttributes(): readonly (keyof T & string)[] | undefined {
    return undefined;
  }

  /**
   * The indexes whose entries are spread over several partitions, since one accepts 1,000 writes a second:
   * `{ GSI2: { shards: 8, by: 'id' } }`. A page then takes a request for each shard. @default one shard each
   */
  protected indexShards(): IndexShards<T> | undefined {
    return undefined;
  }

  /**
   * The attribute that holds when an entity expires, in whole seconds since 1970: from then on it is not read, updated or counted, and its unique
   * values are free. The same for all models of a table, since it is the table's time to live: `pnpm table ttl`. @default none
   */
  protected ttlAttribute(): (keyof T & string) | undefined {
    return undefined;
  }

  /**
   * Attributes that are counted beside versions: an update that only increments them leaves `version` and `updatedAt` as they are, so that no
   * update with `expectedVersion` fails because of it. At most 20 numbers, none of them indexed, unique or the `ttlAttribute`. @default none
   */
  protected counters(): readonly NumberAttribute<T>[] {
    return [];
  }

  /**
   * Whether each version of an entity is kept, for `versionsOf` and `revert`: as an item of its own, in the transaction of each write except a count. @default false
   */
  protected keepsHistory(): boolean {
    return false;
  }

  /**
   * The vector index by which `search` finds entities: the attribute that holds the vector, its dimensions, and the attributes that a search can
   * compare. The table needs it too: `DYNAMODB_VECTORS=embedding:384:cosine`, or `ensureTable({ vectors })`. @default none
   */
  protected vectorIndex(): VectorIndex<T> | undefined {
    return undefined;
  }

  /** Returns the form in which attributes are stored, such as an email in lower case. @default as given */
  protected normalise<D extends Partial<NewItem<T>>>(data: D): D {
    return data;
  }

  /** Returns the form in which values of a unique attribute are compared. @default String(value) */
  protected normaliseUnique(_attribute: keyof T & string, value: unknown): string {
    return String(value);
  }

  /** Returns the id of an entity that holds the value without a claim, in data older than claims. @default null */
  protected async findLegacyOwner(
    _attribute: keyof T & string,
    _value: unknown,
    _options?: CallOptions,
  ): Promise<string | null> {
    return null;
  }

  /** The functions that work with a definition know attributes as text; the types end here. */
  #resolveDefinition(): EntityDefinition {
    type Attribute = keyof T & string;
    const name = this.getEntityName();
    const unique = this.uniqueAttributes().map(uniqueOf);
    const setGSIKeys: EntityDefinition['setGSIKeys'] = (entity, now) => this.setGSIKeys(entity as unknown as T, now);
    const takesNow = this.setGSIKeys.length > 1;
    const vectors = resolveVectorIndex(name, this.vectorIndex());
    const ofVectors = vectors ? [...vectors.partition, ...vectors.filters] : [];
    const indexed = this.indexedAttributes() ?? (takesNow ? undefined : namedAttributes(setGSIKeys));
    const hasLookUp = this.findLegacyOwner !== ModelDeclarations.prototype.findLegacyOwner;
    return withCheckedCounters({
      name,
      prefix: entityPrefix(name),
      unique,
      uniqueAttributes: unique.length > 1 ? [...new Set(unique.flatMap(attributesOf))] : (unique[0]?.attributes ?? []),
      indexed: indexed && ofVectors.length > 0 ? [...new Set([...indexed, ...ofVectors])] : indexed,
      expiry: this.ttlAttribute(),
      counters: this.counters(),
      scope: undefined,
      keepsHistory: this.keepsHistory(),
      schema: this.schema() as Schema | undefined,
      setGSIKeys,
      vectors,
      sharding: shardingOf({ name, setGSIKeys, indexed }, this.indexShards()),
      generateId: (data) => this.generateId(data as NewItem<T>),
      normalise: (data) => this.normalise(data as Partial<NewItem<T>>),
      normaliseUnique: (attribute, value) => this.normaliseUnique(attribute as Attribute, value),
      findLegacyOwner: hasLookUp
        ? (attribute, value, options) => this.findLegacyOwner(attribute as Attribute, value, options)
        : undefined,
    });
  }
}
