import { type Attributes, isInternalAttribute, type StoredItem, tombstoneAttribute } from '../entity/entity.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import { InvalidItemError } from '../invalid-item-error.js';

/** The type of an entity of which only some attributes were read; `id` is always included. */
export type Projected<T, K extends string> = T extends unknown ? Pick<T, Extract<keyof T, K | 'id'>> : never;

/** The names of attributes that can be read alone; of a union, those of every variant. */
export type ProjectedName<T> = T extends unknown ? Exclude<keyof T, `${'pk' | 'sk'}${number}`> & string : never;

/** Reads some attributes only. The units are those of the whole items. */
export interface Only<K extends string> {
  /** Names of attributes; `id` is always included. */
  readonly attributes: readonly K[];
}

/** A projection of a read: its expression, and what is returned of an item. */
export interface Projection {
  readonly ProjectionExpression: string;
  readonly names: Record<string, string>;
  /** Returns the entity with the requested attributes alone. */
  toEntity(item: StoredItem): Attributes;
}

/**
 * Returns the projection on some attributes; undefined where all are read.
 * @param needed attributes that the read itself needs, besides those that tell whether an item is present; they are left out of the result
 * @throws TypeError for what is no list of names, InvalidItemError for an internal attribute
 */
export function projectionOf(
  { prefix, expiry, scope }: Pick<EntityDefinition, 'prefix' | 'expiry' | 'scope'>,
  attributes: readonly string[] | undefined,
  needed: readonly string[] = [],
): Projection | undefined {
  if (attributes === undefined) return undefined;
  if (!Array.isArray(attributes) || !attributes.every((name) => typeof name === 'string')) {
    throw new TypeError('`attributes` takes a list of names of attributes');
  }
  for (const name of attributes) {
    if (isInternalAttribute(name)) throw new InvalidItemError(name, 'managed attribute');
    if (name === '') throw new InvalidItemError(name, 'empty name');
  }
  const ofPresence = [tombstoneAttribute, ...(expiry === undefined ? [] : [expiry]), ...Object.keys(scope ?? {})];
  const read = new Set(['id', ...attributes, ...needed, ...ofPresence]);
  const names = Object.fromEntries([...read].map((name, i) => [`#p${i}`, name]));
  return {
    ProjectionExpression: Object.keys(names).join(', '),
    names,
    toEntity: (item) => {
      const entity: Attributes = {};
      for (const name of attributes) if (item[name] !== undefined) entity[name] = item[name];
      if (attributes.includes('version')) entity.version = typeof item.version === 'number' ? item.version : 0;
      entity.id = item.id.slice(prefix.length);
      return entity;
    },
  };
}
