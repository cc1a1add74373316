import { expect, it } from 'vitest';
import { atMost, counted, listOptions, toListPage } from '../../src/trpc/schemas.js';

it('says of a count whether it is exact', () => {
  expect(atMost).toBe(10_001);
  expect(counted(0)).toEqual({ count: 0, isExact: true });
  expect(counted(10_000)).toEqual({ count: 10_000, isExact: true });
  expect(counted(atMost)).toEqual({ count: 10_000, isExact: false });
});

it('reads the page before the given one where a list goes backward', () => {
  expect(listOptions({ limit: 5, cursor: 'a' })).toEqual({ limit: 5, cursor: 'a' });
  expect(listOptions({ limit: 5, cursor: 'a', direction: 'backward' })).toEqual({ limit: 5, before: 'a' });
  expect(toListPage({ items: [1], start: 'a', cursor: 'b' })).toEqual({ items: [1], prevCursor: 'a', nextCursor: 'b' });
});

it('bounds the items that a filtered list reads', () => {
  expect(listOptions({ limit: 5, filter: { name: 'x' } })).toEqual({
    limit: 5,
    filter: { name: 'x' },
    maxScanned: 1000,
  });
});
