import { InvalidItemError } from '../invalid-item-error.js';
import type { CallOptions } from '../options.js';
import { type Attributes, isManagedAttribute, nowSeconds, type StoredItem, tombstoneAttribute } from './entity.js';
import type { SetGSIKeys } from './key-recording.js';
import type { Schema } from './schema.js';
import type { Sharding } from './sharding.js';
import type { ResolvedVectorIndex } from './vector-index.js';

/** The declarations of a model about its entity, resolved once. The functions of this package work on it instead of on the class. */
export interface EntityDefinition {
  readonly name: string;
  /** `USER#` */
  readonly prefix: string;
  readonly unique: readonly Unique[];
  /** The attributes of all of `unique`. */
  readonly uniqueAttributes: readonly string[];
  readonly indexed: readonly string[] | undefined;
  /** The attribute that holds the time at which an entity expires; undefined where none does. */
  readonly expiry: string | undefined;
  /** Attributes whose increments alone leave the version as it is. */
  readonly counters: readonly string[];
  /** The values that an entity must have, in their stored form: to others it is absent. Undefined outside of `within`. */
  readonly scope: Readonly<Attributes> | undefined;
  /** The map that holds the attributes of the scope in the items of a query; absent where the items have them themselves. */
  readonly scopeHolder?: string;
  /** Whether each version is kept as an item of its own. */
  readonly keepsHistory: boolean;
  /** The schema of each attribute; undefined where values are stored as given. */
  readonly schema: Schema | undefined;
  readonly setGSIKeys: SetGSIKeys;
  /** Undefined where the model has none. */
  readonly vectors: ResolvedVectorIndex | undefined;
  /** The indexes with more than one shard; undefined where there is none. */
  readonly sharding: Sharding | undefined;
  generateId(data: Attributes): string | Promise<string>;
  normalise(data: Attributes): Attributes;
  normaliseUnique(attribute: string, value: unknown): string;
  /** Undefined where the model has none: then values without a claim are never looked up. */
  readonly findLegacyOwner:
    | ((attribute: string, value: unknown, options: CallOptions) => Promise<string | null>)
    | undefined;
}

/** One or several attributes whose value, or combination of values, no two entities may share. */
export interface Unique {
  /** `email`, or `orgId+key` of a combination. */
  readonly name: string;
  readonly attributes: readonly string[];
}

/** Strips undefined attributes and rejects managed ones. @throws InvalidItemError */
export function givenAttributes(data: object): Attributes {
  const given: Attributes = {};
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue;
    if (name === '__proto__') throw new InvalidItemError(name, 'reserved name');
    if (isManagedAttribute(name)) throw new InvalidItemError(name, 'managed attribute');
    given[name] = detached(value);
  }
  return given;
}

/** Copies lists, maps, sets and binaries, so that a caller who changes them during the call does not change what is sent. */
export function detached(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(detached);
  if (value instanceof Set) return new Set([...value].map(detached));
  if (value instanceof Uint8Array) return value.slice();
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value; // validation decides about class instances
  const copy: Attributes = {};
  for (const [name, one] of Object.entries(value))
    Object.defineProperty(copy, name, { value: detached(one), ...plain });
  return copy;
}

/** An own property whatever its name: assigned, `__proto__` would be the prototype instead of an error of validation. */
const plain = { enumerable: true, writable: true, configurable: true };

/** True for the rest of a deleted entity; see `tombstoneAttribute`. */
export const isTombstone = (item: Attributes): boolean => item[tombstoneAttribute] !== undefined;

/** True for an item that has expired: DynamoDB deletes it only within days, and until then it counts as absent. */
export function isExpired({ expiry }: Pick<EntityDefinition, 'expiry'>, item: Attributes): boolean {
  const at = expiry === undefined ? undefined : item[expiry];
  return typeof at === 'number' && at <= nowSeconds();
}

/** True for an item of the scope; without one, for every item. */
export const isInScope = ({ scope }: Pick<EntityDefinition, 'scope'>, item: Attributes): boolean =>
  scope === undefined || Object.entries(scope).every(([name, value]) => item[name] === value);

/** True where there is an entity, of whatever scope: an item that is neither a tombstone nor expired. */
export const isAlive = (
  definition: Pick<EntityDefinition, 'expiry'>,
  item: StoredItem | undefined,
): item is StoredItem => item !== undefined && !isTombstone(item) && !isExpired(definition, item);

/** True where a reader sees an entity: there is one, and it is of the scope. */
export const isPresent = (
  definition: Pick<EntityDefinition, 'expiry' | 'scope'>,
  item: StoredItem | undefined,
): item is StoredItem => isAlive(definition, item) && isInScope(definition, item);

/** A filter, with the names and values of its aliases. */
interface EntityFilter {
  readonly FilterExpression: string;
  readonly values: Attributes;
  readonly names: Record<string, string>;
}

/**
 * The filter of a query or scan that selects this entity's items only, since other entities and claims share the table. Leaves out expired ones,
 * and those of other scopes.
 * @param suffix tells the aliases of several entities apart
 */
export function filterOf({ prefix, expiry, scope, scopeHolder }: EntityDefinition, suffix = ''): EntityFilter {
  const all = [`begins_with(id, :prefix${suffix})`];
  const values: Attributes = { [`:prefix${suffix}`]: prefix };
  const names: Record<string, string> = {};
  if (expiry !== undefined) {
    all.push('(NOT attribute_type(#expiry, :number) OR #expiry > :now)');
    Object.assign(values, { ':now': nowSeconds(), ':number': 'N' });
    names['#expiry'] = expiry;
  }
  for (const name in scope) {
    const alias = `scope${suffix}_${all.length}`;
    all.push(`${scopeHolder === undefined ? '' : '#holder.'}#${alias} = :${alias}`);
    if (scopeHolder !== undefined) names['#holder'] = scopeHolder;
    values[`:${alias}`] = scope[name];
    names[`#${alias}`] = name;
  }
  return { FilterExpression: all.join(' AND '), values, names };
}
