import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ListSearch } from '../search/search-params.js';
import { keepOffset, storeIndexes } from './kept-index.js';
import { pageOfRow } from './page-index.js';
import { type Pages, rowHeight, startOfCursor } from './use-pages.js';

const pauseMs = 300;

/**
 * Keeps the cursor of the page in view in the URL, without an entry in the history: a reload, a shared link and the
 * way back find the page. A URL that changes otherwise, such as by the way back, scrolls to its page.
 */
export function usePlaceInUrl(pages: Pages, { cursor, kept }: { cursor: string | undefined; kept: string }): void {
  const navigate = useNavigate({ from: '/e/$entity' });
  const { index, starts, virtualizer, restart } = pages;
  const inUrl = useRef(cursor);
  const offset = virtualizer.scrollOffset ?? 0;
  const top = Math.max(0, Math.floor(offset / rowHeight));
  const page = index.pages[pageOfRow(starts, top)];
  const wanted = page?.isBackward ? undefined : page?.cursor;

  useEffect(() => {
    if (virtualizer.scrollOffset !== null) keepOffset(kept, offset);
    if (wanted === inUrl.current || page?.isBackward) return undefined;
    const timer = setTimeout(() => {
      inUrl.current = wanted;
      void navigate({
        search: ({ cursor: _, ...search }: ListSearch) =>
          wanted === undefined ? search : { ...search, cursor: wanted },
        replace: true,
        resetScroll: false,
      });
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [kept, navigate, offset, page, virtualizer, wanted]);

  useEffect(() => {
    if (cursor === inUrl.current) return;
    inUrl.current = cursor;
    if (index.pages.some((known) => known.cursor === cursor))
      virtualizer.scrollToOffset(rowHeight * startOfCursor(index, starts, cursor));
    else restart(cursor);
  }, [cursor, index, starts, virtualizer, restart]);

  useEffect(() => {
    window.addEventListener('pagehide', storeIndexes);
    return () => window.removeEventListener('pagehide', storeIndexes);
  }, []);
}
