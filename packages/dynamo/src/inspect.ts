import { type DynamoModel, kindOf } from './dynamo-model.js';
import { type Attributes, type BaseModel, type StoredItem, toEntity } from './entity.js';
import { isExpired } from './entity-kind.js';
import { type IndexKeys, indexKeys } from './index-keys.js';
import { type Claim, claimPrefix, claimsHeld } from './unique-claims.js';

/** How a model stores its entity: what a tool needs that checks or repairs a table, such as the doctor. All of it is pure. */
export interface Inspection {
  readonly entityName: string;
  /** Of stored ids: `USER#`. */
  readonly prefix: string;
  readonly uniqueAttributes: readonly string[];
  readonly indexedAttributes: readonly string[] | undefined;
  /** The attribute that holds when an entity, and its claims, expire. */
  readonly expiry: string | undefined;
  /** Whether an entity or a claim has expired: it counts as gone, and DynamoDB will delete it. */
  isExpired(item: Attributes): boolean;
  /** What the ids of the claims on an attribute begin with: `UNIQUE#USER#email#`. */
  claimPrefix(attribute: string): string;
  /** The claims that an item, as stored, ought to have; an empty value, one too long for a key, or what has expired, has none. */
  claims(item: StoredItem): Claim[];
  /** The index keys that an item, as stored, ought to have; throws what `setGSIKeys` throws, and InvalidItemError. */
  keys(item: StoredItem): IndexKeys;
  /** The item as the model gives it out. */
  entity(item: StoredItem): BaseModel;
}

/** Says how a model stores its entity. Touches neither network nor environment. */
export function inspect<T extends BaseModel>(model: DynamoModel<T>): Inspection {
  const kind = kindOf(model);
  return {
    entityName: kind.name,
    prefix: kind.prefix,
    uniqueAttributes: kind.unique,
    indexedAttributes: kind.indexed,
    claimPrefix: (attribute) => claimPrefix(kind, attribute),
    expiry: kind.expiry,
    isExpired: (item) => isExpired(kind, item),
    claims: (item) => (isExpired(kind, item) ? [] : claimsHeld(kind, item)),
    keys: (item) => indexKeys(kind.setGSIKeys, { ...toEntity(item, kind.prefix) }, kind.indexed),
    entity: (item) => toEntity(item, kind.prefix),
  };
}
