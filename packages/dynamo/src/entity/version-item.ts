import { InvalidItemError } from '../invalid-item-error.js';
import { type Attributes, isInternalAttribute, type StoredItem } from './entity.js';
import type { EntityDefinition } from './entity-definition.js';
import { maxPartitionKeyBytes, maxSortKeyBytes } from './entity-id.js';
import { checkSize, measureStored } from './item-validation.js';

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
export function versionItemId(definition: EntityDefinition, id: string, life: string, version: number): string {
  const stored = `${versionsPartition(definition, id)}#${sortKey(life, version)}`;
  if (Buffer.byteLength(stored) > maxPartitionKeyBytes) throw new InvalidItemError('id', 'pk over 2,048 bytes');
  return stored;
}

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
  const sk1 = sortKey(life, version);
  if (Buffer.byteLength(sk1) > maxSortKeyBytes) throw new InvalidItemError('createdAt', 'sk over 1,024 bytes');
  const entity = Object.fromEntries(Object.entries(stored).filter(([name]) => !isInternalAttribute(name)));
  return {
    id: versionItemId(definition, stored.id, life, version),
    pk1: versionsPartition(definition, stored.id),
    sk1,
    ...{ version, life, at, entity },
    ...more,
  };
}

/** So much may be added to an entity without being measured: the digits of its counters, and the mark of its deletion. */
const reservedBytes = 1_000;

/** Returns the size of a version. @throws ItemTooLargeError, InvalidItemError for an entity that can be stored, but not with its version around it */
export const versionBytes = ({ entity, ...others }: VersionItem): number =>
  checkSize(measureStored(others) + measureStored(entity, 2) + Object.keys(entity).length + reservedBytes);
