import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSize, measure } from '../src/entity/item-validation.js';

const nested = (levels: number): unknown => (levels === 0 ? 'x' : { in: nested(levels - 1) });
class Money {
  amount = 1;
}

describe('measure', () => {
  it.each<[string, unknown, string, string?]>([
    ['a Date', new Date(0), 'Date'],
    ['a Date in a list', { days: [new Date(0)] }, 'Date', 'a.days[0]'],
    ['NaN', Number.NaN, 'NaN'],
    ['NaN in a set', new Set([1, Number.NaN]), 'NaN'],
    ['infinity', Number.POSITIVE_INFINITY, 'number out of range'],
    ['a number too small', 1e-131, 'number out of range'],
    ['an integer past 2^53 - 1', 2 ** 53, 'unsafe integer'],
    ['a negative one', -(2 ** 53), 'unsafe integer'],
    ['an empty set', new Set(), 'empty set'],
    ['an empty name', { '': 1 }, 'empty name', 'a.'],
    ['the name of the prototype', JSON.parse('{"__proto__":{"admin":true}}'), 'reserved name', 'a.'],
    ['a name with half a sign', { '\ud800': 1 }, 'invalid Unicode', 'a.'],
    ['a map that the SDK takes for a class', { driver: 'a', constructor: 'b' }, 'reserved name', 'a.constructor'],
    ['a bigint', 1n, 'unsupported type'],
    ['a function', () => 1, 'unsupported type'],
    ['a symbol', Symbol('x'), 'unsupported type'],
    ['undefined in a list', [undefined], 'unsupported type', 'a[0]'],
    ['an instance of a class', new Money(), 'unsupported type'],
    ['a map', new Map(), 'unsupported type'],
    ['a mixed set', new Set(['a', 1]), 'unsupported type'],
    ['a set of objects', new Set([{}]), 'unsupported type'],
    ['32 levels below the attribute', nested(32), 'nested over 32 levels'],
  ])('rejects %s', (_, value, reason, attribute) => {
    expect(() => measure({ a: value })).toThrow(
      expect.objectContaining({
        name: 'InvalidItemError',
        code: 'INVALID_ITEM',
        reason,
        attribute: expect.stringMatching(attribute ? new RegExp(`^${attribute.replace(/[[\].]/g, '\\$&')}$`) : /^a/),
      }),
    );
  });

  it.each<[string, unknown, number]>([
    ['text by its bytes', 'grün', 6],
    ['empty text', '', 1],
    ['a boolean', true, 2],
    ['null', null, 2],
    ['undefined, which is not stored', undefined, 0],
    ['binary', new Uint8Array(10), 11],
    ['a list', ['x', 'yz'], 1 + 3 + 2 + 3],
    ['a map', { b: 'x', c: undefined }, 1 + 3 + 1 + 1 + 1],
    ['a set of text', new Set(['x', 'yz']), 4],
    ['a set with an empty text, which DynamoDB takes', new Set(['']), 1],
    ['an object without a prototype', Object.assign(Object.create(null), { b: 'x' }), 7],
  ])('counts %s', (_, value, bytes) => {
    expect(measure({ a: value })).toBe(bytes);
  });

  it('takes 31 levels below the attribute', () => {
    expect(measure({ a: nested(31) })).toBeGreaterThan(0);
  });

  it('takes every other number, 0 and the largest and smallest among them', () => {
    for (const number of [0, -0, 1, -1, 0.1, 1e-130, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
      expect(measure({ a: number })).toBeLessThanOrEqual(22);
    }
  });

  it('measures what JSON can hold without a refusal, and no smaller than its text', () => {
    const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }).filter((value) => !hasOddities(value));
    fc.assert(fc.property(json, (value) => measure({ a: value }) >= textBytes(value)));
  });
});

const hasOddities = (value: unknown): boolean => {
  if (typeof value === 'number') {
    return Math.abs(value) > Number.MAX_SAFE_INTEGER || (value !== 0 && Math.abs(value) < 1e-130);
  }
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([name, one]) => name === '' || name === '__proto__' || hasOddities(one));
};
const textBytes = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce((sum: number, one) => sum + textBytes(one), 0);
};

it('rejects what is over 409,600 bytes and says how large it is', () => {
  expect(checkSize(409_600)).toBe(409_600);
  expect(() => checkSize(409_601)).toThrow(expect.objectContaining({ name: 'ItemTooLargeError', bytes: 409_601 }));
});
