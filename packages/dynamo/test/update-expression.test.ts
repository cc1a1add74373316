import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedCondition } from '../src/condition.js';
import { absentOrExpired, deleteExpressions, type Expressions, updateExpressions } from '../src/update-expression.js';

/** An expression as a person would write it: aliases replaced by what they stand for. */
function spelled(expression: string | undefined, { ExpressionAttributeNames, ExpressionAttributeValues }: Expressions) {
  return expression
    ?.replace(/#a\d+/g, (alias) => ExpressionAttributeNames?.[alias] ?? '?')
    .replace(/:v\d+/g, (alias) => JSON.stringify(ExpressionAttributeValues?.[alias]) ?? '?');
}

describe('updateExpressions', () => {
  const nothing = { set: {}, remove: [] };
  it.each<[string, Parameters<typeof updateExpressions>, string, string]>([
    [
      'sets and counts up',
      [{ set: { name: 'x' }, remove: [] }, {}],
      'SET name = "x", version = if_not_exists(version, 0) + 1',
      'attribute_exists(id)',
    ],
    [
      'removes',
      [{ set: {}, remove: ['pk1', 'a.b'] }, {}],
      'SET version = if_not_exists(version, 0) + 1 REMOVE pk1, a.b',
      'attribute_exists(id)',
    ],
    [
      'holds to a version',
      [nothing, { version: 3 }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND version = 3',
    ],
    [
      'takes no version for version 0',
      [nothing, { version: 0 }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND (attribute_not_exists(version) OR version = 0)',
    ],
    [
      'does not follow itself',
      [nothing, { notWrittenBy: 'w' }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND (attribute_not_exists(_writeId) OR _writeId <> "w")',
    ],
    [
      'counts what the caller counts',
      [{ set: {}, remove: [], increment: { stock: -2 } }, {}],
      'SET stock = if_not_exists(stock, 0) + -2, version = if_not_exists(version, 0) + 1',
      'attribute_exists(id)',
    ],
    [
      'counts as long as numbers are exact',
      [{ set: {}, remove: [], increment: { stock: -2 } }, { increment: { stock: -2, sold: 3 } }],
      'SET stock = if_not_exists(stock, 0) + -2, version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND (attribute_not_exists(stock) OR stock BETWEEN -9007199254740989 AND 9007199254740991)' +
        ' AND (attribute_not_exists(sold) OR sold BETWEEN -9007199254740991 AND 9007199254740988)',
    ],
  ])('%s', (_, args, update, condition) => {
    const made = updateExpressions(...args);
    expect(spelled(made.UpdateExpression, made)).toBe(update);
    expect(spelled(made.ConditionExpression, made)).toBe(condition);
  });

  it('gives every name and value an alias that is used, whatever the names are', () => {
    const name = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'); // refused before
    const attributes = fc.dictionary(name, fc.string(), { maxKeys: 8, noNullPrototype: true });
    const counts = fc.dictionary(name, fc.integer(), { maxKeys: 3, noNullPrototype: true });
    const guard = fc.record(
      { version: fc.nat(), notWrittenBy: fc.string(), expiry: fc.constant('expiresAt') },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(attributes, fc.array(name), counts, attributes, guard, (set, remove, increment, held, given) => {
        const conditions = Object.entries(held).map(([name, value]) =>
          checkedCondition(name, value, { normalise: (data) => data }),
        );
        const made = updateExpressions({ set, remove, increment }, { ...given, conditions, increment });
        const text = `${made.UpdateExpression} ${made.ConditionExpression}`;
        const used = new Set(text.match(/[#:]\w+/g));
        const defined = [
          ...Object.keys(made.ExpressionAttributeNames ?? {}),
          ...Object.keys(made.ExpressionAttributeValues ?? {}),
        ];
        expect([...used].sort()).toEqual(defined.sort());
        expect(text).toMatch(/^[\w\s#:,()+=<>]+$/);
      }),
    );
  });
});

describe('deleteExpressions', () => {
  it('holds to unique values, present or absent', () => {
    const made = deleteExpressions({ version: 2, values: { email: 'a@b.c', phone: undefined } });
    expect(spelled(made.ConditionExpression, made)).toBe(
      'attribute_exists(id) AND version = 2 AND email = "a@b.c" AND attribute_not_exists(phone)',
    );
  });

  it('sends no empty map of names or values', () => {
    expect(deleteExpressions({})).toEqual({ ConditionExpression: 'attribute_exists(id)' });
  });
});

it('creates only where there is nothing, or nothing that lives', () => {
  expect(absentOrExpired({ expiry: undefined })).toEqual({ ConditionExpression: 'attribute_not_exists(id)' });
  const made = absentOrExpired({ expiry: 'expiresAt' });
  expect(made.ConditionExpression).toBe('attribute_not_exists(id) OR #expiry <= :now');
  expect(made.ExpressionAttributeNames).toEqual({ '#expiry': 'expiresAt' });
});

describe('conditions of the caller', () => {
  const lowered = (data: Record<string, unknown>) => (typeof data.a === 'string' ? { a: data.a.toLowerCase() } : data);
  const onA = (condition: unknown) => checkedCondition('a', condition, { normalise: lowered });

  it.each<[unknown, string]>([
    ['open', 'a = "open"'],
    [0, 'a = 0'],
    ['OPEN', 'a = "open"'],
    [{ eq: 'X' }, 'a = "x"'],
    [{ ne: 'x' }, '(attribute_not_exists(a) OR a <> "x")'],
    [{ lt: 1 }, 'a < 1'],
    [{ lte: 1 }, 'a <= 1'],
    [{ gt: 1 }, 'a > 1'],
    [{ gte: 1 }, 'a >= 1'],
    [{ between: [1, 2] }, 'a BETWEEN 1 AND 2'],
    [{ beginsWith: 'x' }, 'begins_with(a, "x")'],
    [{ in: ['x', 'Y', 'z'] }, 'a IN ("x", "y", "z")'],
    [{ gt: 'X' }, 'a > "X"'],
    [{ exists: true }, 'attribute_exists(a)'],
    [{ exists: false }, 'attribute_not_exists(a)'],
  ])('%j', (condition, expected) => {
    const made = updateExpressions({ set: {}, remove: [] }, { conditions: [onA(condition)] });
    expect(spelled(made.ConditionExpression, made)).toBe(`attribute_exists(id) AND ${expected}`);
  });

  it.each([
    [null],
    [{}],
    [{ like: 'x' }],
    [{ gt: 1, lt: 2 }],
    [{ in: [] }],
    [{ in: 'x' }],
    [['x']],
    [{ between: [1] }],
    [{ between: [1, 2, 3] }],
    [{ toString: 'x' }],
    [{ eq: undefined }],
    [{ in: ['x', undefined] }],
  ])('refuses %j, naming the attribute', (condition) => {
    expect(() => onA(condition)).toThrow(/condition on a takes/);
  });

  it.each([
    [Number.NaN, 'NaN'],
    [{ eq: new Date(0) }, 'Date'],
    [{ between: ['a', '\ud800'] }, 'invalid Unicode'],
    [{ in: [new Set()] }, 'empty set'],
  ])('refuses %j, which no attribute can hold', (condition, reason) => {
    expect(() => onA(condition)).toThrow(expect.objectContaining({ name: 'InvalidItemError', attribute: 'a', reason }));
  });

  it.each([
    [2, 1],
    ['b', 'a'],
  ])('refuses a range from %j to %j, which ends before it begins', (...between) => {
    expect(() => onA({ between })).toThrow(/condition on a: between takes the lower value first/);
  });
});
