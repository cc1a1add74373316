import { describe, expect, it } from 'vitest';
import { Aliases } from '../src/expressions/aliases.js';
import { checkedConditions } from '../src/expressions/checked-conditions.js';

const lowered = (data: Record<string, unknown>) => (typeof data.a === 'string' ? { a: data.a.toLowerCase() } : data);
const check = (conditions: unknown) => checkedConditions(conditions, { normalise: lowered });
const onA = (condition: unknown) => check({ a: condition });

/** Returns the expression of conditions with names and values in place of their aliases. */
function spelled(conditions: unknown): string {
  const aliases = new Aliases();
  const expression = check(conditions)
    .map((one) => one.express(aliases))
    .join(' AND ');
  const { names, values } = aliases;
  return expression.replace(/[#:]\w+/g, (alias) => names[alias] ?? JSON.stringify(values[alias]));
}

describe('a condition', () => {
  it.each<[unknown, string]>([
    ['open', 'a = "open"'],
    [0, 'a = 0'],
    [null, 'a = null'],
    ['OPEN', 'a = "open"'],
    [{ eq: 'X' }, 'a = "x"'],
    [{ eq: ['x'] }, 'a = ["x"]'],
    [{ ne: 'x' }, '(attribute_not_exists(a) OR a <> "x")'],
    [{ lt: 1 }, 'a < 1'],
    [{ lte: 1 }, 'a <= 1'],
    [{ gt: 1 }, 'a > 1'],
    [{ gte: 1 }, 'a >= 1'],
    [{ gte: 1, lt: 3, ne: 2 }, 'a >= 1 AND a < 3 AND (attribute_not_exists(a) OR a <> 2)'],
    [{ between: [1, 2] }, 'a BETWEEN 1 AND 2'],
    [{ beginsWith: 'x' }, 'begins_with(a, "x")'],
    [{ in: ['x', 'Y', 'z'] }, 'a IN ("x", "y", "z")'],
    [{ gt: 'X' }, 'a > "X"'],
    [{ contains: 'X' }, 'contains(a, "X")'],
    [{ notContains: 'x' }, '(attribute_not_exists(a) OR NOT contains(a, "x"))'],
    [{ size: 2 }, 'size(a) = 2'],
    [{ size: { gte: 1, ne: 3 } }, 'size(a) >= 1 AND (attribute_not_exists(a) OR size(a) <> 3)'],
    [{ size: { between: [1, 2] } }, 'size(a) BETWEEN 1 AND 2'],
    [{ exists: true }, 'attribute_exists(a)'],
    [{ exists: false }, 'attribute_not_exists(a)'],
  ])('%j', (condition, expected) => {
    expect(spelled({ a: condition })).toBe(expected);
  });

  it.each<[object, string]>([
    [{ 'b.c.d': 1, a: undefined }, 'b.c.d = 1'],
    [{ 'b.c': { exists: false } }, 'attribute_not_exists(b.c)'],
    [{ createdAt: { gt: '2024' }, updatedAt: { exists: true } }, 'createdAt > "2024" AND attribute_exists(updatedAt)'],
    [[{ a: 1, b: 2 }], 'a = 1 AND b = 2'],
    [[{ a: 1, b: 2 }, { c: { ne: 3 } }], '(a = 1 AND b = 2 OR (attribute_not_exists(c) OR c <> 3))'],
    [[{ a: 1 }, {}], ''],
    [{}, ''],
  ])('%j', (conditions, expected) => {
    expect(spelled(conditions)).toBe(expected);
  });

  it.each<[unknown, boolean]>([
    [0, true],
    [1, false],
    [{ ne: 1 }, true],
    [{ lt: 1 }, true],
    [{ lte: 0 }, true],
    [{ gt: 0 }, false],
    [{ gte: 0 }, true],
    [{ between: [0, 2] }, true],
    [{ between: [1, 2] }, false],
    [{ in: [3, 0] }, true],
    [{ in: [1] }, false],
  ])('on version %j counts an item without one as version 0', (condition, holds) => {
    expect(spelled({ version: condition }).startsWith('(attribute_not_exists(version) OR ')).toBe(holds);
  });

  it('gives each name of a path an alias of its own, and each path one', () => {
    const aliases = new Aliases();
    for (const one of check({ 'b.size': { gte: 1, lt: 3 } })) one.express(aliases);
    expect(Object.values(aliases.names)).toEqual(['b', 'size']);
  });

  it.each([
    [{}],
    [{ like: 'x' }],
    [{ in: [] }],
    [{ in: 'x' }],
    [['x']],
    [new Set(['x'])],
    [{ between: [1] }],
    [{ between: [1, 2, 3] }],
    [{ toString: 'x' }],
    [{ eq: undefined }],
    [{ gt: 1, lt: undefined }],
    [{ in: ['x', undefined] }],
    [{ beginsWith: 1 }],
    [{ exists: 1 }],
    [{ exists: undefined }],
    [{ size: {} }],
    [{ size: 'x' }],
    [{ size: { in: [1] } }],
    [{ size: { between: 1 } }],
  ])('rejects %j, naming the attribute', (condition) => {
    expect(() => onA(condition)).toThrow(/condition on a takes/);
  });

  it.each([
    [Number.NaN, 'NaN'],
    [{ eq: new Date(0) }, 'Date'],
    [{ between: ['a', '\ud800'] }, 'invalid Unicode'],
    [{ in: [new Set()] }, 'empty set'],
  ])('rejects %j, which no attribute can hold', (condition, reason) => {
    expect(() => onA(condition)).toThrow(expect.objectContaining({ name: 'InvalidItemError', attribute: 'a', reason }));
  });

  it.each([
    [2, 1],
    ['b', 'a'],
  ])('rejects a range from %j to %j, which ends before it begins', (...between) => {
    expect(() => onA({ between })).toThrow(/condition on a: between takes the lower value first/);
  });

  it.each(['id', 'pk1', 'sk2', '_writeId', '_fence', 'version.x', 'id.x'])('rejects %s, which is managed', (name) => {
    expect(() => check({ [name]: 'x' })).toThrow(
      expect.objectContaining({ name: 'InvalidItemError', attribute: name, reason: 'managed attribute' }),
    );
  });

  it('rejects what is no path, over five names, no conditions, no alternatives, and over 100 values', () => {
    expect(() => check({ 'a..b': 1 })).toThrow('empty');
    expect(() => check({ 'a.__proto__': 1 })).toThrow('prototype');
    expect(() => check({ 'a.b.c.d.e.f': 1 })).toThrow(TypeError);
    expect(check({ 'a.b.c.d.e': 1 })).toHaveLength(1);
    expect(() => check('a')).toThrow(TypeError);
    expect(() => check(null)).toThrow(TypeError);
    expect(() => check([])).toThrow(TypeError);
    expect(() => check([['a']])).toThrow(TypeError);
    const values = Array.from({ length: 101 }, (_, i) => i);
    expect(() => onA({ in: values })).toThrow(/101 values/);
    expect(onA({ in: values.slice(1) })).toHaveLength(1);
  });

  it('is not changed by a caller who changes its value afterwards', () => {
    const list = ['x'];
    const [checked] = onA({ eq: list });
    list.push('y');
    const aliases = new Aliases();
    checked?.express(aliases);
    expect(Object.values(aliases.values)).toEqual([['x']]);
  });
});
