import { v4 } from 'uuid';

/** What every stored entity has. `pkN`/`skN` are set by `setGSIKeys` only and never leave the model. */
export interface BaseModel {
  /** Bare, without the entity's prefix. */
  id: string;
  /** ISO 8601, UTC, milliseconds. */
  createdAt: string;
  /** ISO 8601; absent until the first update. */
  updatedAt?: string;
  /** 1 after create, one more with each write; 0 for an item that was written without versions. */
  version: number;
  pk1?: string;
  sk1?: string;
  pk2?: string;
  sk2?: string;
}

/** What `create` takes: the entity without what the model manages. Distributive, so that union types work. */
export type NewItem<T extends BaseModel> = T extends unknown ? Omit<T, keyof BaseModel> : never;

/** What `update` takes: `undefined` leaves an attribute, `null` removes it (optional attributes only). */
export type Changes<T extends BaseModel> = {
  // biome-ignore lint/complexity/noBannedTypes: {} is what an optional attribute alone leaves satisfied
  [K in Exclude<keyof T, keyof BaseModel>]?: T[K] | undefined | ({} extends Pick<T, K> ? null : never);
};

/** An item or a part of one, as the document client takes and gives it. */
export type Attributes = Record<string, unknown>;

/** An item as it is stored: its id with the prefix, its index keys, its write id. */
export interface StoredItem extends Attributes {
  id: string;
}

/** Names the write that stored an item last, so that a repeat whose first reply was lost recognises its own work. */
export const writeIdAttribute = '_writeId';

/** True for `pk1`, `sk1`, `pk2`, … */
export const isIndexKey = (name: string): boolean => name[1] === 'k' && /^[ps]k\d+$/.test(name);
const managed = new Set(['id', 'createdAt', 'updatedAt', 'version', writeIdAttribute]);

/** True for names that only the model may write: `id createdAt updatedAt version pkN skN` and internal ones. */
export const isManagedAttribute = (name: string): boolean => managed.has(name) || isIndexKey(name);

/** The item without `pkN`/`skN`. */
export function removeGSIFields<I extends object>(item: I): Omit<I, `${'pk' | 'sk'}${number}`> {
  const rest: Attributes = {};
  for (const [name, value] of Object.entries(item)) if (!isIndexKey(name)) rest[name] = value;
  return rest as Omit<I, `${'pk' | 'sk'}${number}`>;
}

/** The stored version; 0 for items written without one. */
export const versionOf = (item: Attributes): number => (typeof item.version === 'number' ? item.version : 0);

/** The entity of a stored item: bare id, a version, no index keys, nothing internal. */
export function toEntity<T extends BaseModel>(item: StoredItem, prefix: string): T {
  const entity: Attributes = {};
  for (const name in item) {
    if (name !== writeIdAttribute && !isIndexKey(name)) entity[name] = item[name];
  }
  entity.id = item.id.slice(prefix.length);
  entity.version = versionOf(item);
  return entity as unknown as T;
}

/** A random UUID (version 4). */
export const generateUUID = (): string => v4();

/** The present time as stored in `createdAt` and `updatedAt`: ISO 8601, UTC, milliseconds. */
export const getCurrentTimestamp = (): string => new Date().toISOString();

/** The present time as DynamoDB's time to live counts it: seconds since 1970. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);
