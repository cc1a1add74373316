import { type QueryClient, useQueries, useQueryClient } from '@tanstack/react-query';
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import { useApi } from '../api/api-context.js';
import type { Entity } from '../api/description.js';
import { keys } from '../api/keys.js';
import { forgetIndex, keepIndex, keptIndex, keptOffset } from './kept-index.js';
import {
  type KnownPage,
  type Page,
  type PageIndex,
  pageOfRow,
  rowStarts,
  startAt,
  withPage,
  withPageBefore,
} from './page-index.js';
import { type PageList, type PageQuery, pageOptions } from './page-options.js';

export interface PagesOptions extends PageList {
  /** Identifies the list and its input. */
  readonly kept: string;
  /** Of the page at which to begin, if it is none that is known from before. */
  readonly cursor: string | undefined;
  readonly scroller: RefObject<HTMLElement | null>;
}

/** The height of a row and of the head, in pixels: rows are placed without being measured. */
export const rowHeight = 38;
/** Rows before and after those in view whose pages are read too. */
const ahead = 30;
/** Pages without a row in sequence, after which the user is asked whether to read on. */
const mostEmptyPages = 10;
/** Rows without content that are shown while the first page is read. */
const skeletonRows = 12;

/** The rows of a list, of which only those near the view are read and kept. */
export interface Pages {
  readonly index: PageIndex;
  /** Known rows. */
  readonly rowCount: number;
  readonly starts: readonly number[];
  readonly virtualizer: Virtualizer<HTMLElement, Element>;
  /** Undefined while its page is being read. */
  readonly rowAt: (row: number) => Entity | undefined;
  readonly error: unknown;
  readonly isReading: boolean;
  /** Many pages in sequence had no row: `readOn` reads further ones. */
  readonly isPaused: boolean;
  readonly readOn: () => void;
  /** Reads the page before the first one; undefined if there is none, or none that can be read. */
  readonly readBefore: (() => Promise<void>) | undefined;
  /** When the list was begun, as `Date.now()`. */
  readonly startedAt: number;
  /** Begins again at a page: at the first one without a cursor. */
  readonly restart: (cursor?: string) => void;
  readonly retry: () => void;
  /** Entities of all pages that are in memory. */
  readonly loaded: () => readonly Entity[];
}

/** Reads the pages of the rows that are in view of a scrolling element. */
export function usePages({ kept, cursor, scroller, ...options }: PagesOptions): Pages {
  const { name, list, input } = options;
  const api = useApi();
  const queryClient = useQueryClient();
  const [index, setIndexState] = useState(() => keptIndex(kept, cursor) ?? startAt(cursor));
  const [startedAt, setStartedAt] = useState(Date.now);
  const [allowed, setAllowed] = useState(mostEmptyPages);
  const setIndex = useCallback(
    (next: PageIndex) => {
      setIndexState(next);
      keepIndex(kept, next);
    },
    [kept],
  );
  const starts = useMemo(() => rowStarts(index), [index]);
  const rowCount = starts.at(-1) ?? 0;
  const isPaused = emptyPages(index) >= allowed;
  const virtualizer = useVirtualizer<HTMLElement, Element>({
    count: rowCount + (index.isComplete ? 0 : rowCount === 0 ? skeletonRows : 1),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    initialOffset: () => keptOffset(kept) ?? rowHeight * startOfCursor(index, starts, cursor),
    scrollMargin: rowHeight, // the head
    scrollPaddingStart: rowHeight,
    overscan: 8,
  });
  const { startIndex: first, endIndex: last } = virtualizer.range ?? { startIndex: 0, endIndex: 0 };
  const isWanted = (page: number) => !isPaused || index.pages[page]?.size !== undefined;
  const wanted = wantedPages({ index, starts, first, last }).filter(isWanted);
  const optionsOf = (page: KnownPage) => pageOptions(api, options, page);
  const results = useQueries({ queries: wanted.map((page) => optionsOf(index.pages[page] ?? {})) });

  useEffect(() => {
    for (const [place, number] of wanted.entries()) {
      const { data } = results[place] ?? {};
      const next = data ? withPage(index, number, data) : index;
      // the numbers of the other pages may change by this one
      if (next !== index) return setIndex(next);
    }
  });

  const pagesInView = new Map(wanted.map((number, place) => [number, results[place]?.data]));
  const failed = results.filter(({ isError, isFetching }) => isError && !isFetching);
  return {
    index,
    rowCount,
    starts,
    virtualizer,
    rowAt: (row) => {
      const page = pageOfRow(starts, row);
      return pagesInView.get(page)?.items[row - (starts[page] ?? 0)];
    },
    error: failed[0]?.error,
    isReading: results.some(({ isFetching }) => isFetching),
    isPaused,
    readOn: () => setAllowed(allowed + mostEmptyPages),
    readBefore:
      index.prevCursor === undefined || !list.hasBackward
        ? undefined
        : async () => {
            const page = await queryClient.fetchQuery(optionsOf({ cursor: index.prevCursor ?? '', isBackward: true }));
            setIndex(withPageBefore(index, page));
            virtualizer.scrollToIndex(first + page.items.length, { align: 'start' });
          },
    startedAt,
    restart: (cursor) => {
      setStartedAt(Date.now());
      forgetIndex(kept);
      setIndex(startAt(cursor));
      virtualizer.scrollToOffset(0);
      void queryClient.resetQueries({ queryKey: keys.list(name, list.path, input) });
    },
    retry: () => void Promise.all(failed.map(({ refetch }) => refetch())),
    loaded: () => loadedRows(queryClient, index, optionsOf),
  };
}

/** Returns the first row of the page with a cursor. */
export function startOfCursor({ pages }: PageIndex, starts: readonly number[], cursor: string | undefined): number {
  return (
    starts[
      Math.max(
        0,
        pages.findIndex((page) => page.cursor === cursor && !page.isBackward),
      )
    ] ?? 0
  );
}

const loadedRows = (queryClient: QueryClient, { pages }: PageIndex, optionsOf: (page: KnownPage) => PageQuery) =>
  pages.flatMap((page) => queryClient.getQueryData<Page>(optionsOf(page).queryKey)?.items ?? []);

/** Returns the numbers of the pages with rows near the view, the unread one too if the end is near. */
function wantedPages({
  index,
  starts,
  first,
  last,
}: {
  index: PageIndex;
  starts: readonly number[];
  first: number;
  last: number;
}) {
  const from = pageOfRow(starts, Math.max(0, first - ahead));
  const lastPage = index.pages.length - 1;
  const isEndNear = last + ahead >= (starts.at(-1) ?? 0);
  const to = isEndNear ? lastPage : pageOfRow(starts, last + ahead);
  return Array.from({ length: to - from + 1 }, (_, place) => from + place).filter(
    (page) => index.pages[page]?.size !== 0 || page === from,
  );
}

/** Returns how many read pages at the end had no row. */
function emptyPages({ pages, isComplete }: PageIndex): number {
  const read = isComplete ? pages : pages.slice(0, -1);
  return read.length - 1 - read.findLastIndex(({ size }) => size !== 0);
}
