import type { Call } from '../call/call.js';
import { type BaseModel, toEntity } from '../entity/entity.js';
import type { EntityDefinition } from '../entity/entity-definition.js';
import { type VersionItem, versionPrefix, versionsPartition } from '../entity/version-item.js';
import type { Page } from './page-query.js';
import { queryPage } from './query.js';

/** A version of an entity, as `versionsOf` lists it. */
export interface EntityVersion<T> {
  version: number;
  /** ISO 8601: when it was written. */
  at: string;
  /** The entity as it was then; null where it was deleted. */
  entity: T | null;
}

/** Which versions, and in which order. */
export interface VersionsQuery {
  /** Number of versions, from 1 to 1,000. @default 100 */
  limit?: number | undefined;
  /** The cursor of the previous page. */
  cursor?: string | undefined;
  /** @default 'desc': the latest first */
  order?: 'asc' | 'desc' | undefined;
}

type Log = Parameters<typeof queryPage>[3];

/** Returns one page of the versions of an entity. @param id stored */
export async function versionsPage<T extends BaseModel>(
  call: Call,
  definition: EntityDefinition,
  id: string,
  { limit, cursor, order = 'desc' }: VersionsQuery,
  log: Log,
): Promise<Page<EntityVersion<T>>> {
  const pk = versionsPartition(definition, id);
  const query = { index: 'GSI1', pk, order, limit, cursor } as const; // nothing else that an untyped caller gives
  const page = await queryPage(call, definitionOfVersions(definition), query, log);
  page.items = (page.items as VersionItem[]).map(({ version, at, entity, isDeleted }) => ({
    ...{ version, at },
    entity: isDeleted ? null : toEntity<T>({ ...entity, id }, definition.prefix),
  }));
  return page as Page<EntityVersion<T>>;
}

/** Returns the definition with which a query reads versions. They never expire, and the attributes of the scope are those of the kept entity. */
const definitionOfVersions = (definition: EntityDefinition): EntityDefinition => ({
  ...definition,
  ...{
    prefix: versionPrefix(definition),
    expiry: undefined,
    schema: undefined,
    sharding: undefined,
    scopeHolder: 'entity',
  },
  normalise: (data) => data,
});

/** Returns the last life of an id by its kept versions; undefined where there are none. */
export async function latestLife(call: Call, definition: EntityDefinition, id: string): Promise<string | undefined> {
  const pk = versionsPartition(definition, id);
  const query = { index: 'GSI1', pk, order: 'desc', limit: 1 } as const;
  const { items } = await queryPage(call, definitionOfVersions(definition), query, {});
  return (items as VersionItem[])[0]?.life;
}
