import type { Api } from '../../api/client.js';
import type { Entity, JsonSchema } from '../../api/description.js';

/** A list as it is shown: its procedure, and its input without paging. */
export interface ShownList {
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Page {
  readonly items: readonly Entity[];
  readonly nextCursor?: string;
}

/** Reads all entities of a list, page by page. An entity that moves within the list meanwhile is met once. */
export async function* entitiesOfList(
  api: Api,
  { path, input }: ShownList,
  { signal, limit = 100 }: { signal?: AbortSignal | undefined; limit?: number | undefined } = {},
): AsyncGenerator<Entity> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = (await api.query(
      path,
      { ...input, limit, ...(cursor !== undefined && { cursor }) },
      { signal },
    )) as Page;
    for (const entity of page.items) {
      if (seen.has(entity.id)) continue;
      seen.add(entity.id);
      yield entity;
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** The largest page that a list gives. */
export const largestPage = (input: JsonSchema | undefined): number | undefined => input?.properties?.limit?.maximum;

/** Groups elements into lists of at most `size`. */
export async function* inGroups<T>(
  elements: AsyncIterable<T> | Iterable<T>,
  size: number,
): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const element of elements) {
    group.push(element);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
