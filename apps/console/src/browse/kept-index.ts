import type { PageIndex } from './page-index.js';

/**
 * The known pages of lists, so that a list is where it was after the page of an entity or a reload, and can be scrolled
 * back. `sessionStorage` belongs to one tab, as its history does.
 */
const memory = new Map<string, PageIndex>();
const offsets = new Map<string, number>();
const prefix = 'console.pages ';
/** Lists that are kept over a reload: one with 100,000 rows takes about 200 KB of at least 5 MB. */
const mostKept = 8;

/** Returns the known pages of a list if they contain the page with this cursor. */
export function keptIndex(list: string, cursor: string | undefined): PageIndex | undefined {
  const index = memory.get(list) ?? stored(list);
  return index?.pages.some((page) => page.cursor === cursor) ? index : undefined;
}

function stored(list: string): PageIndex | undefined {
  const text = sessionStorage.getItem(prefix + list);
  return text === null ? undefined : (JSON.parse(text) as PageIndex);
}

/** Keeps the known pages of a list. They are written before the page is left, since a scroll changes them often. */
export function keepIndex(list: string, index: PageIndex): void {
  memory.delete(list);
  memory.set(list, index);
}

export function forgetIndex(list: string): void {
  memory.delete(list);
  offsets.delete(list);
  sessionStorage.removeItem(prefix + list);
}

/** Returns where a list was scrolled to when it was last shown, in pixels. */
export const keptOffset = (list: string): number | undefined => offsets.get(list);

export const keepOffset = (list: string, offset: number): void => void offsets.set(list, offset);

/** Writes what a reload needs. Without room, the lists begin again at the cursors of their URLs. */
export function storeIndexes(): void {
  const kept = [...memory].slice(-mostKept);
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
    for (const [list, index] of kept) sessionStorage.setItem(prefix + list, JSON.stringify(index));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
