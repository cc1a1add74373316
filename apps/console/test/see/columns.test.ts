import { expect, it } from 'vitest';
import { axisTop, columnsPath, stackedTotals } from '../../src/see/chart/columns.js';

it.each([
  [0, 1],
  [0.03, 0.05],
  [1, 1],
  [3, 5],
  [10, 10],
  [101, 200],
  [1000, 1000],
])('ends the axis of %d at %d', (max, top) => expect(axisTop(max)).toBeCloseTo(top));

it('stacks series, and leaves a point out that nobody knows', () => {
  expect(
    stackedTotals(
      [
        [1, undefined, 2],
        [3, undefined, undefined],
      ],
      3,
    ),
  ).toEqual([4, undefined, 2]);
  expect(columnsPath([0, 5, undefined], [[1, 5, 1]], 10)).toBe('M1.1 50V0h0.8V50z');
});
