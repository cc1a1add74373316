import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortableNumber } from '../src/index.js';

const numberOrder = (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0);
const keyOrder = (a: number | bigint, b: number | bigint, suffix = '') =>
  Buffer.compare(Buffer.from(sortableNumber(a) + suffix), Buffer.from(sortableNumber(b) + suffix));

const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const decimal = fc
  .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: -4, max: 4 }))
  .map(([digits, power]) => Number(`${digits}e${power}`));
const bigint = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });

describe('sortableNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [12.5, '15002125'],
    [10n, '150021'],
    [-12.5, '-4997874~'],
    [1e-7, '149941'],
  ])('formats %d as %s', (value, expected) => {
    expect(sortableNumber(value)).toBe(expected);
  });

  it('sorts negative numbers, fractions and whole numbers', () => {
    const sorted = [-20, -1.25, -1.2, -1, -0.5, 0, 1e-7, 0.5, 2, 9, 9.5, 10, 12, 12.5, 100, 2 ** 53, 1e300];
    expect(sorted.toReversed().sort((a, b) => keyOrder(a, b))).toEqual(sorted);
  });

  it.each(['', '#CREATED#2026'])('sorts any two numbers in numeric order, with %j after them', (suffix) => {
    const isOrdered = (a: number | bigint, b: number | bigint) => keyOrder(a, b, suffix) === numberOrder(a, b);
    for (const one of [double, decimal, fc.maxSafeInteger(), bigint]) fc.assert(fc.property(one, one, isOrdered));
    const any = fc.oneof(decimal, fc.maxSafeInteger(), bigint);
    fc.assert(fc.property(any, any, isOrdered), { numRuns: 1000 });
  });

  it('returns any other text as it is, so that the pair of an absent attribute is dropped', () => {
    for (const absent of [undefined, null]) expect(sortableNumber(absent)).toBe('undefined');
    expect(sortableNumber(Number.NaN)).toBe('NaN');
    expect(sortableNumber('12.50' as never)).toBe(sortableNumber(12.5)); // such as the SDK's NumberValue
    expect(sortableNumber('cheap' as never)).toBe('cheap');
    expect(() => sortableNumber(10n ** 5000n)).toThrow(RangeError);
  });
});
