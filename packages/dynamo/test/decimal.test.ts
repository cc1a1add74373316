import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDecimals } from '../src/entity/decimal.js';

it.each([
  [0.1, 0.2, 0.3],
  [0.3, -0.1, 0.2],
  [-1.005, 1, -0.005],
  [1e-7, 2e-7, 3e-7],
  [5e-130, 5e-130, 1e-129],
  [0.5, 0.5, 1],
  [2, 3, 5],
])('adds %d and %d to %d', (a, b, sum) => {
  expect(addDecimals(a, b)).toBe(sum);
  expect(addDecimals(b, a)).toBe(sum);
});

it('adds cents exactly, however often', () => {
  const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(fc.array(cents, { minLength: 1 }), (all) => {
      const sum = all.reduce((total, one) => addDecimals(total, one / 100), 0);
      expect(sum).toBe(all.reduce((total, one) => total + one, 0) / 100);
    }),
  );
});
