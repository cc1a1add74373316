import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useApi } from '../api/api-context.js';
import type { ConsoleEntity, ConsoleList, Entity } from '../api/description.js';
import { keys } from '../api/keys.js';
import { pageSize } from './newest-list.js';

interface Page {
  readonly items: readonly Entity[];
  readonly nextCursor?: string | undefined;
}

/** What an overview costs: pages that are read without being asked for, and those of one click. */
const firstPages = 3;
const morePages = 10;

/** The newest entities of a list, a few pages of them. */
export function useNewest(entity: ConsoleEntity, list: ConsoleList | undefined, scope: string | undefined) {
  const api = useApi();
  const query = useInfiniteQuery({
    queryKey: [...keys.entity(entity.name), 'newest', list?.path, scope],
    queryFn: async ({ pageParam, signal }) =>
      (await api.query(
        list?.path ?? '',
        {
          ...(entity.scope && { [entity.scope]: scope }),
          ...{ order: 'desc', limit: pageSize },
          ...(pageParam && { cursor: pageParam }),
        },
        { signal },
      )) as Page,
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }: Page) => nextCursor,
    enabled: list !== undefined && (!entity.scope || scope !== undefined),
    staleTime: 60_000,
  });
  const { data, hasNextPage, isFetching, fetchNextPage, error } = query;
  const loadedPages = data?.pages.length ?? 0;
  const isFilling = loadedPages > 0 && loadedPages < firstPages && hasNextPage && !error;
  useEffect(() => {
    if (isFilling && !isFetching) fetchNextPage();
  }, [isFilling, isFetching, fetchNextPage]);
  const loadMore = async () => {
    for (let page = 0; page < morePages; page++) {
      const result = await fetchNextPage();
      if (!result.hasNextPage || result.error) return;
    }
  };
  return { ...query, isFilling, loadMore, entities: data?.pages.flatMap(({ items }) => items) ?? [] };
}
