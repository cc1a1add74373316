import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Page,
  type PageIndex,
  pageOfRow,
  rowStarts,
  startAt,
  withPage,
  withPageBefore,
} from '../src/browse/page-index.js';

const page = (ids: string, nextCursor?: string, prevCursor?: string): Page => ({
  items: [...ids].map((id) => ({ id })),
  ...(nextCursor !== undefined && { nextCursor }),
  ...(prevCursor !== undefined && { prevCursor }),
});
const read = (...pages: readonly Page[]): PageIndex =>
  pages.reduce((index, one, number) => withPage(index, number, one), startAt(undefined));
const cursors = ({ pages }: PageIndex) => pages.map(({ cursor }) => cursor);

describe('the known pages of a list', () => {
  it('begin with one that is not read', () => {
    expect(startAt('c')).toEqual({ pages: [{ cursor: 'c' }], isComplete: false });
  });

  it('end with an unread one until the list ends', () => {
    expect(read(page('abc', '1'))).toEqual({
      pages: [{ size: 3, lastId: 'c' }, { cursor: '1' }],
      isComplete: false,
    });
    expect(read(page('abc', '1'), page('d'))).toMatchObject({ isComplete: true, pages: [{ size: 3 }, { size: 1 }] });
  });

  it('are the same ones after a page is read again unchanged', () => {
    const index = read(page('abc', '1'), page('de'));
    expect(withPage(index, 0, page('abc', '1'))).toBe(index);
    expect(withPage(index, 1, page('de'))).toBe(index);
  });

  it('keep the pages after one that ends where it did: a row in it was deleted', () => {
    const index = withPage(read(page('abc', '1'), page('de', '2'), page('f')), 0, page('ac', '1'));
    expect(cursors(index)).toEqual([undefined, '1', '2']);
    expect(rowStarts(index)).toEqual([0, 2, 4, 5]);
    expect(index.isComplete).toBe(true);
  });

  it('forget the pages after one that ends elsewhere: a row was added before its end', () => {
    const index = withPage(read(page('abc', '1'), page('de', '2'), page('f')), 0, page('xab', '9'));
    expect(cursors(index)).toEqual([undefined, '9']);
    expect(index.isComplete).toBe(false);
  });

  it('go on where the list has grown at its end', () => {
    const index = withPage(read(page('abc', '1'), page('de')), 1, page('def', '2'));
    expect(cursors(index)).toEqual([undefined, '1', '2']);
  });

  it('go backward from the cursor of a shared link, page by page', () => {
    const shared = withPage(startAt('m'), 0, page('mn', 'o', 'before-m'));
    expect(shared.prevCursor).toBe('before-m');
    const earlier = withPageBefore(shared, page('kl', 'unused', 'before-k'));
    expect(cursors(earlier)).toEqual(['before-m', 'm', 'o']);
    expect(earlier.prevCursor).toBe('before-k');
    expect(withPage(earlier, 0, page('kl', 'unused', 'before-k'))).toBe(earlier);
    expect(withPageBefore(earlier, page('ij')).prevCursor).toBeUndefined();
  });

  it('have no page before the beginning of the list', () => {
    expect(read(page('abc', '1', 'before-a')).prevCursor).toBeUndefined();
  });
});

describe('a row', () => {
  it('belongs to the page that holds it, and the one after the last to the unread page', () => {
    const starts = rowStarts(read(page('abc', '1'), page('', '2'), page('de', '3')));
    expect(starts).toEqual([0, 3, 3, 5, 5]);
    expect([0, 2, 3, 4, 5].map((row) => pageOfRow(starts, row))).toEqual([0, 0, 2, 2, 3]);
  });

  it('is found in any list', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 50 }), (sizes) => {
        const pages = sizes.map((size) => ({ size }));
        const starts = rowStarts({ pages, isComplete: true });
        const total = starts.at(-1) ?? 0;
        for (let row = 0; row < total; row++) {
          const number = pageOfRow(starts, row);
          expect(starts[number]).toBeLessThanOrEqual(row);
          expect((starts[number] ?? 0) + (sizes[number] ?? 0)).toBeGreaterThan(row);
        }
      }),
    );
  });
});
