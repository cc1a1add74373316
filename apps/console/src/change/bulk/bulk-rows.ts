import type { Api } from '../../api/client.js';
import type { ConsoleEntity, Entity } from '../../api/description.js';
import { entitiesOfList, largestPage, type ShownList } from './list-pages.js';

/** What a bulk change is about: the selected rows, or all entities of a list. */
export type BulkRows = { readonly rows: readonly Entity[] } | { readonly list: ShownList };

export const countOf = (target: BulkRows): number | undefined => ('rows' in target ? target.rows.length : undefined);

export function readRows(
  api: Api,
  { lists }: ConsoleEntity,
  target: BulkRows,
  signal?: AbortSignal,
): AsyncIterable<Entity> | readonly Entity[] {
  if ('rows' in target) return target.rows;
  const input = lists.find(({ path }) => path === target.list.path)?.input;
  return entitiesOfList(api, target.list, { signal, limit: largestPage(input) });
}

/** `3 users`, `all users of this list`. */
export function rowsText(target: BulkRows, { title, singular }: { title: string; singular: string }): string {
  const many = title.toLowerCase();
  const count = countOf(target);
  return count === undefined
    ? `all ${many} of this list`
    : count === 1
      ? `1 ${singular}`
      : `${count.toLocaleString()} ${many}`;
}
