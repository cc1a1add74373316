import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expressions } from '../src/expressions/aliases.js';
import { checkedConditions } from '../src/expressions/checked-conditions.js';
import { checkedOperations } from '../src/expressions/operations.js';
import {
  absentOrExpired,
  blindDeleteExpressions,
  guardExpressions,
  updateExpressions,
} from '../src/expressions/update-expression.js';

/** An expression as a person would write it: aliases replaced by what they stand for. */
function spelled(expression: string | undefined, { ExpressionAttributeNames, ExpressionAttributeValues }: Expressions) {
  return expression
    ?.replace(/#a\d+/g, (alias) => ExpressionAttributeNames?.[alias] ?? '?')
    .replace(/:v\d+/g, (alias) => JSON.stringify(ExpressionAttributeValues?.[alias]) ?? '?');
}

describe('updateExpressions', () => {
  const nothing = { set: {}, remove: [] };
  const all = {
    set: { 'a.b.c': 1 },
    remove: ['a.d'],
    append: { log: ['x'] },
    addToSet: { tags: ['x'] },
    deleteFromSet: { marks: [1] },
  };
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
      [nothing, { notWrittenBy: { attribute: '_writeId', id: 'w' } }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND (attribute_not_exists(_writeId) OR _writeId <> "w")',
    ],
    [
      'counts what the caller counts',
      [{ ...nothing, operations: checkedOperations({ increment: { stock: -2 } }) }, {}],
      'SET stock = if_not_exists(stock, 0) + -2, version = if_not_exists(version, 0) + 1',
      'attribute_exists(id)',
    ],
    [
      'counts beside versions',
      [
        {
          set: { _countId: 'c' },
          remove: [],
          operations: checkedOperations({ increment: { stock: 1 } }),
          isCount: true,
        },
        { notWrittenBy: { attribute: '_countId', id: 'c' } },
      ],
      'SET _countId = "c", stock = if_not_exists(stock, 0) + 1',
      'attribute_exists(id) AND (attribute_not_exists(_countId) OR _countId <> "c")',
    ],
    [
      'counts as long as numbers are exact',
      [nothing, { operations: checkedOperations({ increment: { stock: -2, sold: 3 } }) }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND (attribute_not_exists(stock) OR stock BETWEEN -9007199254740989 AND 9007199254740991)' +
        ' AND (attribute_not_exists(sold) OR sold BETWEEN -9007199254740991 AND 9007199254740988)',
    ],
    [
      'has a clause for each operator',
      [{ set: { name: 'x' }, remove: ['due'], operations: checkedOperations(all) }, {}],
      'SET name = "x", a.b.c = 1, log = list_append(if_not_exists(log, []), ["x"]), version = if_not_exists(version, 0) + 1' +
        ' REMOVE a.d, due ADD tags {} DELETE marks {}',
      'attribute_exists(id)',
    ],
    [
      'holds to the types that operators take, and to each parent once',
      [nothing, { operations: checkedOperations({ ...all, set: { 'a.b.c': 1, 'a.b.e': 2 } }) }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND attribute_type(a.b, "M") AND attribute_type(a, "M")' +
        ' AND (attribute_not_exists(log) OR attribute_type(log, "L"))' +
        ' AND (attribute_not_exists(tags) OR attribute_type(tags, "SS"))' +
        ' AND (attribute_not_exists(marks) OR attribute_type(marks, "NS"))',
    ],
  ])('%s', (_, args, update, condition) => {
    const made = updateExpressions(...args);
    expect(spelled(made.UpdateExpression, made)).toBe(update);
    expect(spelled(made.ConditionExpression, made)).toBe(condition);
  });

  it('gives every name and value an alias that is used, whatever the names are', () => {
    const name = fc.string({ minLength: 1 }).filter((name) => !/^__proto__$|^id$|\./.test(name)); // rejected before, or a path
    const attributes = fc.dictionary(name, fc.string(), { maxKeys: 8, noNullPrototype: true });
    const counts = fc.dictionary(name, fc.integer(), { maxKeys: 3, noNullPrototype: true });
    const lists = fc.dictionary(name, fc.array(fc.string()), { maxKeys: 3, noNullPrototype: true });
    const guard = fc.record(
      {
        version: fc.nat(),
        notWrittenBy: fc.record({ attribute: fc.constant('_countId' as const), id: fc.string() }),
        expiry: fc.constant('expiresAt'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        attributes,
        fc.array(name),
        counts,
        lists,
        attributes,
        guard,
        (set, remove, increment, append, held, given) => {
          const conditions = checkedConditions(held, { normalise: (data) => data });
          const operations = checkedOperations({ increment, append, addToSet: append, set: { 'a.b': 1 } });
          const made = updateExpressions({ set, remove, operations }, { ...given, conditions, operations });
          const text = `${made.UpdateExpression} ${made.ConditionExpression}`;
          const used = new Set(text.match(/[#:]\w+/g));
          const defined = [
            ...Object.keys(made.ExpressionAttributeNames ?? {}),
            ...Object.keys(made.ExpressionAttributeValues ?? {}),
          ];
          expect([...used].sort()).toEqual(defined.sort());
          expect(text).toMatch(/^[\w\s#:,.()+=<>]+$/);
        },
      ),
    );
  });
});

describe('guardExpressions', () => {
  it('holds to unique values, present or absent', () => {
    const made = guardExpressions({ version: 2, values: { email: 'a@b.c', phone: undefined } });
    expect(spelled(made.ConditionExpression, made)).toBe(
      'attribute_exists(id) AND version = 2 AND email = "a@b.c" AND attribute_not_exists(phone)',
    );
  });

  it('compares the whole state that was read', () => {
    const made = guardExpressions({ state: { id: 'X#1', version: 2, _writeId: 'w', title: 'x' } });
    expect(spelled(made.ConditionExpression, made)).toBe(
      'attribute_exists(id) AND version = 2 AND _writeId = "w" AND attribute_not_exists(_fence)',
    );
    const older = guardExpressions({ state: { id: 'X#1', _fence: 7 } });
    expect(spelled(older.ConditionExpression, older)).toBe(
      'attribute_exists(id) AND (attribute_not_exists(version) OR version = 0) AND attribute_not_exists(_writeId) AND _fence = 7',
    );
  });

  it('says where the conditions of the caller are more than DynamoDB accepts', () => {
    const each = (length: number, condition: unknown) =>
      checkedConditions(Object.fromEntries(Array.from({ length }, (_, i) => [`a${i}`, condition])), {
        normalise: (data) => data,
      });
    const conditions = each(400, 1);
    expect(() => guardExpressions({ conditions })).toThrow(/^The conditions of `if` make an expression of \d+ bytes/);
    const short = each(151, { exists: true });
    expect(() => guardExpressions({ conditions: short })).toThrow('303 operators');
  });

  it('sends no empty map of names or values', () => {
    expect(guardExpressions({})).toEqual({ ConditionExpression: 'attribute_exists(id)' });
  });
});

it('deletes blindly only what no fence protects', () => {
  const made = blindDeleteExpressions(7, {});
  expect(spelled(made.ConditionExpression, made)).toBe('(attribute_not_exists(_fence) OR _fence < 7)');
  const guarded = blindDeleteExpressions(7, { version: 2, createdBefore: 'now' });
  expect(spelled(guarded.ConditionExpression, guarded)).toBe(
    '(attribute_not_exists(_fence) OR _fence < 7) AND attribute_exists(id) AND attribute_not_exists(_tombstone) AND version = 2' +
      ' AND (attribute_not_exists(createdAt) OR createdAt <= "now")',
  );
});

it('creates only where there is nothing, or nothing that lives', () => {
  expect(absentOrExpired({ expiry: undefined }, 'now')).toEqual({ ConditionExpression: 'attribute_not_exists(id)' });
  const made = absentOrExpired({ expiry: 'expiresAt' }, 'now');
  expect(made.ConditionExpression).toBe(
    'attribute_not_exists(id) OR (#expiry <= :now AND attribute_not_exists(#fence) AND createdAt <> :createdAt)',
  );
  expect(made.ExpressionAttributeNames).toEqual({ '#expiry': 'expiresAt', '#fence': '_fence' });
});
