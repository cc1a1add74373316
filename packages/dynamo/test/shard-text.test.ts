import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeSortKey,
  isShardOf,
  ownSortKey,
  placeOf,
  shardOf,
  shardPartition,
  sortKeyOf,
} from '../src/entity/shard-text.js';
import { compareTexts } from '../src/expressions/compare.js';
import { isWithin, type SortKeyCondition } from '../src/expressions/key-condition.js';
import { placeCondition, restOf } from '../src/expressions/shard-condition.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('\u0000', '\u0001', '\u0002', '#', '$', '%', ' ', 'a', '~', '\uFFFF', '\u{1F600}'))
    .map((all) => all.join('')),
);
const key = text.filter((one) => one !== '' && one.isWellFormed());
const id = key.map((one) => `ENTRY#${one}`);

const condition = fc.oneof(
  fc
    .tuple(fc.constantFrom('eq', 'beginsWith', 'lt', 'lte', 'gt', 'gte'), key)
    .map(([operator, bound]) => ({ [operator]: bound }) as SortKeyCondition),
  fc.tuple(key, key).map((bounds): SortKeyCondition => ({ between: bounds.sort(compareTexts) })),
);

describe('a place', () => {
  it('orders entries by sort key, then by id', () => {
    fc.assert(
      fc.property(key, id, key, id, (a, idA, b, idB) => {
        const expected = Math.sign(compareTexts(a, b) || compareTexts(idA, idB));
        expect(Math.sign(compareTexts(placeOf(a, idA), placeOf(b, idB)))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('tells its sort key', () => {
    fc.assert(
      fc.property(key, id, (sk, one) => {
        expect(sortKeyOf(placeOf(sk, one))).toBe(sk);
        expect(sortKeyOf(escapeSortKey(sk))).toBe(sk);
        expect(ownSortKey(placeOf(sk, one), one)).toBe(sk);
        expect(ownSortKey(sk, one)).toBe(sk);
      }),
    );
  });

  it('meets a condition where its sort key does', () => {
    fc.assert(
      fc.property(key, id, condition, (sk, one, given) => {
        expect(isWithin(placeCondition(given), placeOf(sk, one))).toBe(isWithin(given, sk));
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves the rest of a range from a sort key on, but for its far end', () => {
    fc.assert(
      fc.property(key, key, condition, fc.boolean(), (sk, from, given, isForward) => {
        fc.pre(isWithin(given, from));
        const order = compareTexts(sk, from);
        const isRest = isWithin(given, sk) && (isForward ? order >= 0 : order <= 0);
        expect(isWithin(restOf(given, from, isForward), sk) && isWithin(given, sk)).toBe(isRest);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a shard', () => {
  it('is the same for the same text, and one of so many', () => {
    const shards = Array.from({ length: 1000 }, (_, i) => shardOf(`user-${i}`, 8));
    expect(shards).toEqual(Array.from({ length: 1000 }, (_, i) => shardOf(`user-${i}`, 8)));
    const counts = Array.from({ length: 8 }, (_, shard) => shards.filter((one) => one === shard).length);
    for (const count of counts) expect(count).toBeGreaterThan(90);
    expect(shardOf('ada@example.com', 8)).toBe(5); // stored: it never changes
  });

  it.each([
    ['USER~3', 'USER', true],
    ['USER~255', 'USER', true],
    ['USER', 'USER', false],
    ['USER~', 'USER', false],
    ['USER~a', 'USER', false],
    ['USER~1~3', 'USER', false],
    ['USER~1~3', 'USER~1', true],
  ])('%s of %s: %s', (stored, pk, is) => {
    expect(isShardOf(stored, pk)).toBe(is);
    if (is) expect(shardPartition(pk, Number(stored.slice(pk.length + 1)))).toBe(stored);
  });
});
