import { type Attributes, isInternalAttribute, type StoredItem } from './entity.js';
import type { EntityDefinition } from './entity-definition.js';
import { newStoredId } from './entity-id.js';

/** One version of an entity, stored beside it. */
export interface VersionItem extends StoredItem {
  readonly version: number;
  /** The time of creation of its entity, which tells apart the lives of an id. Empty for an entity written without one. */
  readonly life: string;
  /** ISO 8601: when it was written. */
  readonly at: string;
  /** The attributes of the entity; of a deletion, those that it had before. */
  readonly entity: Attributes;
  readonly isDeleted?: true;
}

/** The ids of versions begin with `USER@`, which is the prefix of no entity. */
export const versionPrefix = ({ name }: Pick<EntityDefinition, 'name'>): string => `${name.toUpperCase()}@`;

/** Returns the partition key in GSI1 of the versions of an entity. @param id stored */
export const versionsPartition = (definition: EntityDefinition, id: string): string =>
  versionPrefix(definition) + id.slice(definition.prefix.length);

/** Returns the stored id of a version. @throws InvalidItemError where the id of the entity leaves no room */
export const versionItemId = (definition: EntityDefinition, id: string, life: string, version: number): string =>
  newStoredId(versionPrefix(definition), `${id.slice(definition.prefix.length)}#${sortKey(life, version)}`);

const digits = String(Number.MAX_SAFE_INTEGER).length;
const sortKey = (life: string, version: number): string => `${life}#${String(version).padStart(digits, '0')}`;

/** Returns the item of a version. @param at when it was written, ISO 8601 */
export function versionItem(
  definition: EntityDefinition,
  stored: StoredItem,
  version: number,
  at: string,
  more: Pick<VersionItem, 'isDeleted'> = {},
): VersionItem {
  const life = String(stored.createdAt ?? '');
  const entity = Object.fromEntries(Object.entries(stored).filter(([name]) => !isInternalAttribute(name)));
  return {
    id: versionItemId(definition, stored.id, life, version),
    pk1: versionsPartition(definition, stored.id),
    sk1: sortKey(life, version),
    ...{ version, life, at, entity },
    ...more,
  };
}
