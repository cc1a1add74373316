import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../src/api/description.js';
import { changedValues, draftsOf, emptyDrafts } from '../../src/change/form/changed-values.js';
import { isValid } from '../../src/change/form/check-value.js';
import { type Draft, draftOf } from '../../src/change/form/draft.js';
import { type FieldKind, fieldSpec, namedFields } from '../../src/change/form/field-spec.js';
import { problemSink } from '../../src/change/form/problems.js';
import { readDraft, readDrafts } from '../../src/change/form/read-draft.js';
import { schemaAndValue } from './schema-and-value.js';

const read = (schema: JsonSchema, draft: Draft) => {
  const sink = problemSink();
  return { value: readDraft(fieldSpec(schema), draft, 'it', sink), problems: sink.found };
};
const typed = (text: string): Draft => ({ is: 'text', text });

describe('the input of a schema', () => {
  it.each<[string, JsonSchema, FieldKind, boolean]>([
    ['a text', { type: 'string', maxLength: 200 }, 'text', false],
    ['a long text', { type: 'string', maxLength: 10_000 }, 'longText', false],
    ['a number', { type: 'number' }, 'number', false],
    ['an integer', { type: 'integer', minimum: 0 }, 'number', false],
    ['a boolean', { type: 'boolean' }, 'boolean', false],
    ['a date', { type: 'string', format: 'date' }, 'date', false],
    ['a date-time', { type: 'string', format: 'date-time' }, 'dateTime', false],
    ['an enum', { type: 'string', enum: ['open', 'paid'] }, 'choice', false],
    ['an enum with null', { enum: ['open', null] }, 'choice', true],
    ['literals', { anyOf: [{ const: 1 }, { const: 'one' }] }, 'choice', false],
    ['a nullable text', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'text', true],
    ['a nullable text by types', { type: ['string', 'null'] }, 'text', true],
    ['a list', { type: 'array', items: { type: 'string' } }, 'list', false],
    ['a map', { type: 'object', additionalProperties: { type: 'number' } }, 'record', false],
    ['an object', { type: 'object', properties: { a: { type: 'string' } } }, 'object', false],
    ['a union', { anyOf: [{ type: 'string' }, { type: 'number' }] }, 'json', false],
    ['a nullable union', { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] }, 'json', true],
    ['a list of anything', { type: 'array' }, 'json', false],
    ['a map of anything', { type: 'object', additionalProperties: {} }, 'json', false],
    ['anything', {}, 'json', false],
  ])('of %s is right', (_, schema, kind, isNullable) => {
    expect(fieldSpec(schema)).toMatchObject({ kind, isNullable });
  });

  it('returns any value that a schema allows as it was', () => {
    fc.assert(
      fc.property(schemaAndValue, ({ schema, value }) => {
        expect(read(schema, draftOf(fieldSpec(schema), value))).toEqual({ value, problems: {} });
      }),
      { numRuns: 500 },
    );
  });

  it('returns a stored value of another type as it was, edited as JSON', () => {
    const draft = draftOf(fieldSpec({ type: 'string' }), 12);
    expect(draft).toEqual({ is: 'json', text: '12' });
    expect(read({ type: 'string' }, draft)).toEqual({ value: 12, problems: { it: ['Must be a text'] } });
  });

  it('keeps the properties of a stored object that its schema does not name', () => {
    const schema: JsonSchema = { type: 'object', properties: { a: { type: 'string' } } };
    expect(read(schema, draftOf(fieldSpec(schema), { a: 'x', more: [1] })).value).toEqual({ a: 'x', more: [1] });
  });
});

describe('what is typed', () => {
  it.each<[string, JsonSchema, Draft, string]>([
    ['an empty number', { type: 'number' }, typed(''), 'Required'],
    ['a text as a number', { type: 'number' }, typed('1,5'), 'Not a number, such as 12.5'],
    ['a fraction as an integer', { type: 'integer' }, typed('1.5'), 'Must be a whole number'],
    ['too small a number', { type: 'integer', minimum: 3 }, typed('2'), 'At least 3'],
    ['too large a number', { type: 'number', exclusiveMaximum: 3 }, typed('3'), 'Less than 3'],
    ['too short a text', { type: 'string', minLength: 1 }, typed(''), 'Must not be empty'],
    ['too long a text', { type: 'string', maxLength: 2 }, typed('abc'), 'At most 2 characters, not 3'],
    [
      'a day that does not exist',
      { type: 'string', format: 'date' },
      typed('2026-02-30'),
      'Not a date, such as 2026-05-01',
    ],
    ['no choice', { enum: ['a', 'b'] }, typed(''), 'Choose one'],
    ['a broken JSON text', {}, { is: 'json', text: '' }, 'Required, as JSON'],
    [
      'an empty set',
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { is: 'list', elements: [] },
      'Must not be empty',
    ],
    ['null where it is not allowed', { type: 'string' }, { is: 'null' }, 'Must not be null'],
  ])('rejects %s', (_, schema, draft, problem) => {
    expect(read(schema, draft).problems).toEqual({ it: [problem] });
  });

  it('has its problem at the element', () => {
    const schema: JsonSchema = { type: 'array', items: { type: 'string', minLength: 1 }, uniqueItems: true };
    const draft = draftOf(fieldSpec(schema), ['a', '', 'a']);
    expect(read(schema, draft).problems).toEqual({ 'it.1': ['Must not be empty'], 'it.2': ['Is in the list already'] });
  });

  it('has no two entries of one name in a map', () => {
    const schema: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
    const entry = (key: number, name: string) => ({ key, name, draft: typed('x') });
    const { problems } = read(schema, { is: 'record', entries: [entry(1, 'a'), entry(2, 'a')] });
    expect(problems).toEqual({ 'it.a': ['There is another entry named a'] });
  });

  it('is accepted if and only if its schema allows it', () => {
    fc.assert(
      fc.property(schemaAndValue, fc.jsonValue(), ({ schema, value }, other) => {
        expect(isValid(schema, value)).toBe(true);
        if (schema.type === 'string' && typeof other !== 'string') expect(isValid(schema, other)).toBe(false);
      }),
    );
  });
});

const schema: JsonSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    note: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] },
    tags: { anyOf: [{ type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 }, { type: 'null' }] },
  },
};
const fields = namedFields(schema);

describe('an update', () => {
  const stored = { name: '', note: 'old', tags: ['a'] };
  const initial = draftsOf(fields, stored);

  it('sends nothing if nothing has changed, even if what is stored breaks the schema', () => {
    expect(changedValues(fields, { drafts: initial, initial, stored })).toEqual({ values: {}, problems: {} });
  });

  it('sends what has changed, and null for what is removed', () => {
    const drafts = {
      ...initial,
      note: { is: 'null' } as const,
      tags: draftsOf(fields, { tags: ['a', 'b'] }).tags ?? typed(''),
    };
    expect(changedValues(fields, { drafts, initial, stored }).values).toEqual({ note: null, tags: ['a', 'b'] });
  });

  it('sends nothing for a value that was changed and changed back', () => {
    const drafts = { ...initial, note: typed('old') };
    expect(changedValues(fields, { drafts, initial, stored })).toEqual({ values: {}, problems: {} });
  });

  it('does not remove what must stay', () => {
    const drafts = { ...initial, name: { is: 'absent' } as const };
    expect(changedValues(fields, { drafts, initial, stored: { ...stored, name: 'x' } }).problems).toEqual({
      name: ['Required'],
    });
  });
});

describe('a new entity', () => {
  it('lacks what is left out, and has defaults', () => {
    const creating = namedFields({
      properties: { a: { type: 'string' }, b: { type: 'string' }, c: { type: 'boolean', default: true } },
      required: ['a'],
    });
    const drafts = { ...emptyDrafts(creating), a: typed('x') };
    expect(readDrafts(creating, drafts)).toEqual({ values: { a: 'x', c: true }, problems: {} });
  });

  it('needs what is required', () => {
    const creating = namedFields({ properties: { a: { type: 'string', minLength: 1 } }, required: ['a'] });
    expect(readDrafts(creating, emptyDrafts(creating)).problems).toEqual({ a: ['Required'] });
    expect(readDrafts(creating, { a: typed('') }).problems).toEqual({ a: ['Must not be empty'] });
    expect(readDrafts(creating, {}).problems).toEqual({ a: ['Required'] });
  });
});
