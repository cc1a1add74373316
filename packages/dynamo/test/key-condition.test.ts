import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexNames } from '../src/entity/index-names.js';
import { compareTexts } from '../src/expressions/compare.js';
import { isWithin, keyCondition, keyNames, type SortKeyCondition } from '../src/expressions/key-condition.js';

const query = (sk?: SortKeyCondition) => ({ index: 'GSI1' as const, pk: 'USER', sk });

describe('keyCondition', () => {
  it.each<[SortKeyCondition | undefined, string, Record<string, string>]>([
    [undefined, '#pk = :pk', {}],
    [{ eq: 'a' }, '#pk = :pk AND #sk = :sk0', { ':sk0': 'a' }],
    [{ beginsWith: 'a' }, '#pk = :pk AND begins_with(#sk, :sk0)', { ':sk0': 'a' }],
    [{ between: ['a', 'b'] }, '#pk = :pk AND #sk BETWEEN :sk0 AND :sk1', { ':sk0': 'a', ':sk1': 'b' }],
    [{ lt: 'a' }, '#pk = :pk AND #sk < :sk0', { ':sk0': 'a' }],
    [{ lte: 'a' }, '#pk = :pk AND #sk <= :sk0', { ':sk0': 'a' }],
    [{ gt: 'a' }, '#pk = :pk AND #sk > :sk0', { ':sk0': 'a' }],
    [{ gte: 'a' }, '#pk = :pk AND #sk >= :sk0', { ':sk0': 'a' }],
  ])('makes of %j the expression %s', (sk, expression, values) => {
    expect(keyCondition(query(sk))).toEqual({
      IndexName: 'GSI1',
      KeyConditionExpression: expression,
      ExpressionAttributeNames: sk ? { '#pk': 'pk1', '#sk': 'sk1' } : { '#pk': 'pk1' },
      ExpressionAttributeValues: { ':pk': 'USER', ...values },
    });
  });

  it.each(indexNames)('knows the keys of %s', (index) => {
    const n = index.slice('GSI'.length);
    expect(keyNames(index)).toEqual([`pk${n}`, `sk${n}`]);
  });

  it.each(['GSI0', 'GSI21', 'GSI01', 'gsi1', 'pk1', 'constructor', ''])('rejects the index %j', (index) => {
    expect(() => keyNames(index as 'GSI1')).toThrow(
      `There is no index ${index}; a table has GSI1, GSI2, and so on to GSI20`,
    );
  });

  it.each([
    [{ pk: '' }, 'pk', 'empty key'],
    [{ pk: 'x'.repeat(2049) }, 'pk', 'pk over 2,048 bytes'],
    [{ sk: { eq: '' } }, 'sk', 'empty key'],
    [{ sk: { beginsWith: '' } }, 'sk', 'empty key'],
    [{ sk: { between: ['a', 'ä'.repeat(513)] } }, 'sk', 'sk over 1,024 bytes'],
    [{ sk: { gt: 7 } }, 'sk', 'unsupported type'],
    [{ sk: { eq: '\ud800' } }, 'sk', 'invalid Unicode'],
    [{ pk: '\ud800' }, 'pk', 'invalid Unicode'],
  ])('rejects %.40j before sending', (part, attribute, reason) => {
    expect(() => keyCondition({ ...query(), ...part } as ReturnType<typeof query>)).toThrow(
      expect.objectContaining({ name: 'InvalidItemError', attribute, reason }),
    );
  });

  it.each<object>([{}, { eq: 'a', gt: 'b' }, { like: 'a' }, { between: ['a'] }, { eq: ['a', 'b'] }, { toString: 'a' }])(
    'rejects the condition %j and names those that there are',
    (sk) => {
      expect(() => keyCondition(query(sk as never))).toThrow(/eq, beginsWith, between, lt, lte, gt, gte/);
    },
  );
});

it.each([
  ['b', 'a'],
  ['\u{1F600}', '\uFF5E'], // by bytes, not by code units
])('rejects a range from %j to %j, which ends before it begins', (...between) => {
  expect(() => keyCondition({ index: 'GSI1', pk: 'USER', sk: { between } })).toThrow(/lower value first/);
});

describe('isWithin', () => {
  it('compares by bytes of UTF-8, as DynamoDB does, not by code units', () => {
    expect('\uFF5E' > '😀').toBe(true); // what JavaScript says
    expect(isWithin({ lt: '😀' }, '\uFF5E')).toBe(true);
    expect(isWithin({ gt: '😀' }, '\uFF5E')).toBe(false);
  });

  it('agrees with itself: between is gte and lte, and eq is both ends', () => {
    const text = fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, (sk, a, b) => {
        const [from = '', to = ''] = [a, b].sort(compareTexts);
        expect(isWithin({ between: [from, to] }, sk)).toBe(isWithin({ gte: from }, sk) && isWithin({ lte: to }, sk));
        expect(isWithin({ eq: a }, sk)).toBe(isWithin({ between: [a, a] }, sk));
        expect(isWithin({ lt: a }, sk)).toBe(!isWithin({ gte: a }, sk));
        expect(isWithin({ gt: a }, sk)).toBe(!isWithin({ lte: a }, sk));
        expect(isWithin({ beginsWith: a }, a + sk)).toBe(true);
      }),
    );
    expect(isWithin(undefined, 'anything')).toBe(true);
  });
});
