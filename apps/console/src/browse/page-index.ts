import type { Entity } from '../api/description.js';

/** A page of a list, as the API answers it. */
export interface Page {
  readonly items: readonly Entity[];
  readonly nextCursor?: string | undefined;
  readonly prevCursor?: string | undefined;
}

/** A page whose place is known. It may have been read before, and be forgotten since. */
export interface KnownPage {
  /** Absent for the first page of the list. */
  readonly cursor?: string;
  /** The cursor is that of the page after, read backward. */
  readonly isBackward?: true;
  /** How many entities it has; undefined until it is read. */
  readonly size?: number;
  /** Tells whether the page after still begins where this one ends. */
  readonly lastId?: string;
}

/**
 * The pages of a list in their order: all that a scrollbar needs, without the entities. Only the last page may be
 * unread. So any row is read again by the cursor of its page, and a list of 100,000 rows keeps those in view.
 */
export interface PageIndex {
  readonly pages: readonly KnownPage[];
  /** The last page is the end of the list. */
  readonly isComplete: boolean;
  /** Of the page before the first one; undefined if that is the beginning, or unknown. */
  readonly prevCursor?: string;
}

/** Returns the index of a list of which nothing has been read, which begins at a cursor. */
export const startAt = (cursor: string | undefined): PageIndex => ({
  pages: [cursor === undefined ? {} : { cursor }],
  isComplete: false,
});

/** Returns the index after a page was read, or read again. It is the same one if nothing is new. */
export function withPage(index: PageIndex, number: number, { items, nextCursor, prevCursor }: Page): PageIndex {
  const known = index.pages[number];
  if (!known) return index;
  const lastId = items.at(-1)?.id;
  const isLast = number === index.pages.length - 1;
  const isSame = known.size === items.length && known.lastId === lastId;
  if (isSame && (known.isBackward || isLast === (nextCursor === undefined))) return index;
  const { size: _, lastId: __, ...place } = known;
  const read: KnownPage = { ...place, size: items.length, ...(lastId !== undefined && { lastId }) };
  const before = index.pages.slice(0, number);
  const after = index.pages.slice(number + 1);
  const isFirst = number === 0 && known.cursor !== undefined && prevCursor !== undefined;
  const start = isFirst ? { prevCursor } : {};
  // the pages after stay valid if this one still ends at the same entity
  if (after.length > 0 && (known.isBackward || lastId === known.lastId))
    return { ...index, ...start, pages: [...before, read, ...after] };
  const next = nextCursor === undefined ? [] : [{ cursor: nextCursor }];
  return { ...index, ...start, pages: [...before, read, ...next], isComplete: nextCursor === undefined };
}

/** Returns the index with the page before its first one, for lists that are read backward too. */
export function withPageBefore(index: PageIndex, { items, prevCursor }: Page): PageIndex {
  const { prevCursor: cursor, ...rest } = index;
  if (cursor === undefined) return index;
  const lastId = items.at(-1)?.id;
  const read: KnownPage = { cursor, isBackward: true, size: items.length, ...(lastId !== undefined && { lastId }) };
  return { ...rest, pages: [read, ...index.pages], ...(prevCursor !== undefined && { prevCursor }) };
}

/** Returns the number of the first row of each page, and of all known rows at the end. */
export function rowStarts({ pages }: PageIndex): number[] {
  const starts = [0];
  for (const { size = 0 } of pages) starts.push((starts.at(-1) ?? 0) + size);
  return starts;
}

/** Returns the page of a row by binary search. The row after all known ones belongs to the unread page. */
export function pageOfRow(starts: readonly number[], row: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}
