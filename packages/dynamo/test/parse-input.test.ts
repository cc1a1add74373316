import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { InvalidInputError, parseInput } from '../src/index.js';

const person = z.strictObject({
  email: z.string().trim().min(3, 'Too short').endsWith('x', 'Must end with x'),
  home: z.strictObject({ city: z.string() }).optional(),
  tags: z.array(z.string()).default([]),
});

function fieldErrorsIn(schema: StandardSchemaV1, input: unknown): Record<string, string[]> {
  try {
    parseInput(schema, input);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.fieldErrors;
    throw error;
  }
  return {};
}

describe('parseInput', () => {
  it('returns the parsed input, with its transforms and defaults', () => {
    const parsed: { email: string; tags: string[] } = parseInput(person, { email: ' box ' });
    expect(parsed).toEqual({ email: 'box', tags: [] });
  });

  it('throws all messages by path', () => {
    expect(fieldErrorsIn(person, { email: '', home: { city: 1 }, tags: ['a', 2] })).toEqual({
      email: ['Too short', 'Must end with x'],
      'home.city': [expect.any(String)],
      'tags.1': [expect.any(String)],
    });
  });

  it('names each unknown field', () => {
    const input = { email: 'box', isAdmin: true, home: { city: 'London', planet: 'Earth' } };
    expect(fieldErrorsIn(person, input)).toEqual({ isAdmin: ['Unknown field'], 'home.planet': ['Unknown field'] });
  });

  it('puts messages about the whole input under "input"', () => {
    expect(fieldErrorsIn(person, null)).toEqual({ input: [expect.any(String)] });
  });

  it('handles a field named __proto__', () => {
    const input: unknown = JSON.parse('{ "email": "box", "__proto__": 1 }');
    expect(Object.entries(fieldErrorsIn(person, input))).toEqual([['__proto__', ['Unknown field']]]);
  });

  it('reports at most 50 issues', () => {
    expect(
      Object.keys(
        fieldErrorsIn(
          z.array(z.string()),
          Array.from({ length: 1_000 }, () => 1),
        ),
      ),
    ).toHaveLength(50);
    const unknown = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 1]));
    expect(Object.keys(fieldErrorsIn(z.strictObject({}), unknown))).toHaveLength(50);
  });

  it('has the messages in the text of the error', () => {
    expect(() => parseInput(person, { email: 'x' })).toThrow(/^Invalid input \(email: Too short\)$/);
  });

  describe('with another library', () => {
    const schemaOf = (validate: StandardSchemaV1['~standard']['validate']): StandardSchemaV1 => ({
      '~standard': { version: 1, vendor: 'test', validate },
    });

    it('reads paths of keys and of objects', () => {
      const issues = [{ message: 'no', path: ['list', { key: 0 }, { key: 'name' }] }, { message: 'neither' }];
      expect(
        fieldErrorsIn(
          schemaOf(() => ({ issues })),
          {},
        ),
      ).toEqual({ 'list.0.name': ['no'], input: ['neither'] });
    });

    it('rejects a schema with asynchronous checks', () => {
      expect(() =>
        parseInput(
          schemaOf(async (value) => ({ value })),
          {},
        ),
      ).toThrow(TypeError);
    });
  });
});
