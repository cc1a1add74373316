import { queryOptions } from '@tanstack/react-query';
import type { Api } from '../api/client.js';
import type { ConsoleList } from '../api/description.js';
import { keys } from '../api/keys.js';
import type { KnownPage, Page } from './page-index.js';

/** A list with its input, of which pages are read. */
export interface PageList {
  /** Of the entity. */
  readonly name: string;
  readonly list: ConsoleList;
  /** Its input without paging. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Pages in view are read again after this time, when they come into view. */
const staleMs = 60_000;
const largestPage = 100;

export type PageQuery = ReturnType<typeof pageOptions>;

/** The query of one page of a list. */
export function pageOptions(api: Api, { name, list, input }: PageList, { cursor, isBackward }: KnownPage) {
  const { maximum = largestPage } = list.input?.properties?.limit ?? {};
  const paging = {
    limit: Math.min(largestPage, maximum),
    ...(cursor !== undefined && { cursor }),
    ...(isBackward && { direction: 'backward' }),
  };
  return queryOptions({
    queryKey: [...keys.list(name, list.path, input), cursor ?? '', isBackward ?? false],
    queryFn: async ({ signal }) => (await api.query(list.path, { ...input, ...paging }, { signal })) as Page,
    staleTime: staleMs,
    refetchOnWindowFocus: false,
    structuralSharing: false, // to compare entities that are only shown once costs more than to render them
  });
}
