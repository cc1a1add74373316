import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteExpressions, type Expressions, ifAbsent, updateExpressions } from '../src/update-expression.js';

/** An expression as a person would write it: aliases replaced by what they stand for. */
function spelled(expression: string | undefined, { ExpressionAttributeNames, ExpressionAttributeValues }: Expressions) {
  return expression
    ?.replace(/#a\d+/g, (alias) => ExpressionAttributeNames?.[alias] ?? '?')
    .replace(/:v\d+/g, (alias) => JSON.stringify(ExpressionAttributeValues?.[alias]) ?? '?');
}

describe('updateExpressions', () => {
  it.each<[string, Parameters<typeof updateExpressions>, string, string]>([
    [
      'sets and counts up',
      [{ name: 'x' }, [], {}],
      'SET name = "x", version = if_not_exists(version, 0) + 1',
      'attribute_exists(id)',
    ],
    [
      'removes',
      [{}, ['pk1', 'a.b'], {}],
      'SET version = if_not_exists(version, 0) + 1 REMOVE pk1, a.b',
      'attribute_exists(id)',
    ],
    [
      'holds to a version',
      [{}, [], { version: 3 }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND version = 3',
    ],
    [
      'takes no version for version 0',
      [{}, [], { version: 0 }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND (attribute_not_exists(version) OR version = 0)',
    ],
    [
      'does not follow itself',
      [{}, [], { notWrittenBy: 'w' }],
      'SET version = if_not_exists(version, 0) + 1',
      'attribute_exists(id) AND (attribute_not_exists(_writeId) OR _writeId <> "w")',
    ],
  ])('%s', (_, args, update, condition) => {
    const made = updateExpressions(...args);
    expect(spelled(made.UpdateExpression, made)).toBe(update);
    expect(spelled(made.ConditionExpression, made)).toBe(condition);
  });

  it('gives every name and value an alias that is used, whatever the names are', () => {
    const attributes = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 8, noNullPrototype: true });
    const guard = fc.record({ version: fc.nat(), notWrittenBy: fc.string() }, { requiredKeys: [] });
    fc.assert(
      fc.property(attributes, fc.array(fc.string({ minLength: 1 })), guard, (set, remove, given) => {
        const made = updateExpressions(set, remove, given);
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

it('creates only where there is nothing', () => {
  expect(ifAbsent).toEqual({ ConditionExpression: 'attribute_not_exists(id)' });
});
