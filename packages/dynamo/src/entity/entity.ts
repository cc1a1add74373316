import { v4 } from 'uuid';
import type { IndexKeyName } from './index-names.js';

/**
 * Attributes of every stored entity. The index keys, `pk1` and `sk1` to `pk20` and `sk20`, are set by `setGSIKeys` only and never leave the
 * model.
 */
export interface BaseModel extends Partial<Record<IndexKeyName, string>> {
  /** Unprefixed: without the entity's prefix. */
  id: string;
  /** ISO 8601, UTC, milliseconds. */
  createdAt: string;
  /** ISO 8601; absent until the first update; a count leaves it as it is. */
  updatedAt?: string;
  /** 1 after create, one more with each write except a count; 0 for an item written without versions. */
  version: number;
}

/** The input of `create`: the entity without managed attributes. Distributive, so that union types work. */
export type NewItem<T extends BaseModel> = T extends unknown ? Omit<T, keyof BaseModel> : never;

/** The names of an entity's own attributes; of a union, those of every variant. */
export type Attribute<T extends BaseModel> = T extends unknown ? Exclude<keyof T, keyof BaseModel> & string : never;

/** The type of an attribute; of a union, what any variant has under this name. */
export type AttributeValue<T, K extends PropertyKey> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

// biome-ignore lint/complexity/noBannedTypes: {} is what an optional attribute alone leaves satisfied
type Removable<T, K extends keyof T> = {} extends Pick<T, K> ? null : never;
/** null for an attribute that an entity may lack: an optional one, or one that another variant of a union does not have. */
export type NullIfRemovable<T, K extends PropertyKey> = T extends unknown
  ? K extends keyof T
    ? Removable<T, K>
    : null
  : never;

/** The input of `update`: `undefined` leaves an attribute unchanged, `null` removes it (optional attributes only). */
export type Changes<T extends BaseModel> = {
  [K in Attribute<T>]?: AttributeValue<T, K> | NullIfRemovable<T, K> | undefined;
};

/** The names of an entity's attributes that hold numbers. */
export type NumberAttribute<T extends BaseModel> = {
  [K in Attribute<T>]: [NonNullable<AttributeValue<T, K>>] extends [number] ? K : never;
}[Attribute<T>];

/** An item or a part of one, as the document client accepts and returns it. */
export type Attributes = Record<string, unknown>;

/** An item as stored: its id with the prefix, index keys and internal attributes included. */
export interface StoredItem extends Attributes {
  id: string;
}

/** The id of the write that stored an item last. By it, a retry whose first answer was lost recognises its own work. */
export const writeIdAttribute = '_writeId';

/** The id of the last count: a write of counters alone, which leaves version, `updatedAt` and write id as they are. */
export const countIdAttribute = '_countId';

/** The id of a write, and the attribute of the stored item in which it shows that the write was applied. */
export interface Stamp {
  readonly attribute: typeof writeIdAttribute | typeof countIdAttribute;
  readonly id: string;
}

/** True for an item that shows that a write was applied. */
export const hasStamp = (item: Attributes, { attribute, id }: Stamp): boolean => item[attribute] === id;

/**
 * Milliseconds since 1970. No blind write sent at or before this time takes effect any more; no write computed from an earlier state of the
 * item does either. Raised after an attempt got no answer, since such an attempt may arrive at any later time.
 */
export const fenceAttribute = '_fence';

/** Present on a tombstone: the rest of a deleted entity that keeps late creates from taking effect. It counts as absent. */
export const tombstoneAttribute = '_tombstone';

/** True for `pk1`, `sk1`, `pk2`, …, and for the keys of a vector index, `vk0` to `vk4`. */
export const isIndexKey = (name: string): boolean => name[1] === 'k' && /^(?:[ps]k\d+|vk[0-4])$/.test(name);
const internal = new Set<string>([writeIdAttribute, countIdAttribute, fenceAttribute, tombstoneAttribute]);
const managed = new Set(['id', 'createdAt', 'updatedAt', 'version', ...internal]);

/** True for attributes that never leave the model: index keys, ids of writes, fence. */
export const isInternalAttribute = (name: string): boolean =>
  (name[0] === '_' && internal.has(name)) || isIndexKey(name);

/** True for names that only the model may write: `id createdAt updatedAt version pkN skN vkN` and internal ones. */
export const isManagedAttribute = (name: string): boolean => managed.has(name) || isIndexKey(name);

/** The item without `pkN`, `skN` and `vkN`. */
export function removeGSIFields<I extends object>(item: I): Omit<I, `${'pk' | 'sk'}${number}`> {
  const rest: Attributes = {};
  for (const [name, value] of Object.entries(item)) if (!isIndexKey(name)) rest[name] = value;
  return rest as Omit<I, `${'pk' | 'sk'}${number}`>;
}

/**
 * Returns the stored version; 0 for an item written without one.
 * @throws TypeError for a version that is no safe integer, which another writer stored: it could never be increased
 */
export function versionOf({ id, version }: Attributes): number {
  if (Number.isSafeInteger(version)) return version as number;
  if (version === undefined || version === null) return 0;
  throw new TypeError(
    `The stored version of ${id} is ${typeof version} ${String(version).slice(0, 40)}; it must be a whole number up to 2^53 - 1: correct it, or remove it`,
  );
}

/**
 * True where two reads of an id gave the same state: each write by a model changes at least one of the three attributes, except a count.
 * @param withCounts whether also no count came in between
 */
export const isSameState = (a: StoredItem, b: StoredItem, withCounts = false): boolean =>
  stateAttributes.every((name) => a[name] === b[name]) && !(withCounts && a[countIdAttribute] !== b[countIdAttribute]);
const stateAttributes = ['version', writeIdAttribute, fenceAttribute];

/** Returns the entity of a stored item: unprefixed id, a version, no index keys, nothing internal. */
export function toEntity<T extends BaseModel>(item: StoredItem, prefix: string): T {
  const entity: Attributes = {};
  for (const name in item) {
    if (!isInternalAttribute(name)) entity[name] = item[name];
  }
  entity.id = item.id.slice(prefix.length);
  entity.version = typeof item.version === 'number' ? item.version : 0;
  return entity as unknown as T;
}

/** Returns the same as `toEntity`, but changes the item in place where it has no internal attributes. The item must not be used afterwards. */
export function intoEntity<T extends BaseModel>(item: StoredItem, prefix: string): T {
  for (const name in item) if (isInternalAttribute(name)) return toEntity(item, prefix);
  item.id = item.id.slice(prefix.length);
  if (typeof item.version !== 'number') item.version = 0;
  return item as unknown as T;
}

/** Returns a random UUID (version 4). */
export const generateUUID = (): string => v4();

/** Returns the current time as stored in `createdAt` and `updatedAt`: ISO 8601, UTC, milliseconds. */
export const getCurrentTimestamp = (): string => new Date().toISOString();

/** Returns the current time in the unit of DynamoDB's time to live: seconds since 1970. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);
