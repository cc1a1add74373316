import type { QueryClient } from '@tanstack/react-query';
import type { Entity } from '../api/description.js';
import { keys } from '../api/keys.js';

/** Rows beyond are not searched, so that a change costs little while a long list is loaded. */
const maxSearched = 5_000;

/** Returns the newest version of an entity that a view has loaded; undefined if none has. */
export function findLoadedEntity(queryClient: QueryClient, name: string, id: string): Entity | undefined {
  let newest: Entity | undefined;
  let searched = 0;
  for (const [, data] of queryClient.getQueriesData({ queryKey: keys.entity(name) })) {
    if (searched >= maxSearched) break;
    for (const row of rowsOf(data)) {
      searched++;
      if (row.id === id && (row.version ?? 0) >= (newest?.version ?? 0)) newest = row;
    }
  }
  return newest;
}

/** Returns the entities in the data of a query: one of them, a page, or the pages of an endless list. */
function rowsOf(data: unknown): readonly Entity[] {
  const { id, items, pages } = Object(data) as { id?: unknown; items?: unknown; pages?: unknown };
  if (Array.isArray(pages)) return pages.flatMap(rowsOf);
  if (Array.isArray(items)) return items.filter((item): item is Entity => typeof Object(item).id === 'string');
  return typeof id === 'string' ? [data as Entity] : [];
}
