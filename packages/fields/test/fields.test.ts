import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import {
  changesOf,
  date,
  dateTime,
  decimal,
  filterOf,
  id,
  integer,
  line,
  list,
  longText,
  map,
  rulesOf,
  set,
  storedEntity,
  timestamp,
} from '../src/index.js';

const fields = {
  name: line,
  price: decimal,
  stock: integer.default(0),
  status: z.enum(['open', 'paid']),
  note: longText.optional(),
  orderId: id('ORDER#'),
  born: date,
  dueAt: dateTime,
  steps: list,
  tags: set,
  names: map,
};
const input = {
  ...{ name: ' Pen ', price: 1.5, status: 'open', orderId: 'ORDER#1', born: '2024-05-01' },
  ...{ dueAt: '2024-05-01T12:00:00+02:00', steps: ['b', 'a', 'b'], tags: ['x', 'x', 'y'], names: { de: 'Stift' } },
} as const;
const createSchema = z.strictObject(fields);
const updateSchema = changesOf(fields);
const schema = storedEntity(fields);
const managed = { id: '1', createdAt: '2024-01-01T00:00:00.000Z', version: 1 };

describe('inputs', () => {
  it('are trimmed and converted to the stored form', () => {
    expect(createSchema.parse(input)).toEqual({
      ...input,
      ...{ name: 'Pen', stock: 0, orderId: '1', dueAt: '2024-05-01T10:00:00.000Z', tags: new Set(['x', 'y']) },
    });
  });

  it('can be parsed twice, as by a router and a service', () => {
    const once = createSchema.parse(input);
    expect(createSchema.parse(once)).toEqual(once);
  });

  it.each([
    { price: 2 ** 53 },
    { price: 1e300 },
    { stock: 0.5 },
    { name: '\ud800' },
    { name: 'x'.repeat(201) },
    { born: '2024-02-30' },
    { dueAt: '2024-05-01T12:00:00' },
    { tags: [] },
    { steps: [1] },
    { names: { de: 1 } },
    { version: 3 },
  ])('are rejected with %j', (wrong) => {
    expect(createSchema.safeParse({ ...input, ...wrong }).success).toBe(false);
  });

  it('of a query take the times that users take', () => {
    expect(timestamp.parse('2024-W05-3')).toBe('2024-01-31T00:00:00.000Z');
    expect(timestamp.safeParse('yesterday').error?.issues[0]?.message).toMatch(/^Not an ISO 8601 date/);
  });
});

describe('changes', () => {
  it('leave absent fields as they are, also those with a default', () => {
    expect(updateSchema.parse({})).toEqual({});
    expect(updateSchema.parse({ stock: 3 })).toEqual({ stock: 3 });
  });

  it('remove optional fields only', () => {
    expect(updateSchema.parse({ note: null })).toEqual({ note: null });
    for (const name of ['name', 'stock']) expect(updateSchema.safeParse({ [name]: null }).success).toBe(false);
    expectTypeOf<z.output<typeof updateSchema>['note']>().toEqualTypeOf<string | null | undefined>();
    expectTypeOf<z.output<typeof updateSchema>['stock']>().toEqualTypeOf<number | undefined>();
  });
});

describe('a stored entity', () => {
  it('is given as it is, with arrays for sets', () => {
    const stored = { ...managed, ...createSchema.parse(input) };
    expect(schema.parse(stored)).toEqual({ ...stored, tags: ['x', 'y'] });
  });

  it('never fails: what is missing or of another type is left out, any other text is given as it is', () => {
    expect(schema.parse(managed)).toEqual(managed);
    const odd = {
      ...managed,
      name: ' x ',
      status: 'void',
      born: 'unknown',
      price: '1',
      stock: 10n,
      names: 'x',
      steps: [1],
    };
    expect(schema.parse(odd)).toEqual({ ...managed, name: ' x ', status: 'void', born: 'unknown' });
    expect(schema.parse({ id: '1', createdAt: 5, version: 'x' })).toEqual({ id: '1', createdAt: '', version: 0 });
  });

  it('has types that say so', () => {
    type Entity = z.output<typeof schema>;
    expectTypeOf<Entity['name']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Entity['tags']>().toEqualTypeOf<string[] | undefined>();
    expectTypeOf<'void'>().toExtend<Entity['status']>();
  });

  it('has a JSON Schema without rules', () => {
    const { properties, required } = z.toJSONSchema(schema) as { properties: object; required: string[] };
    expect(properties).toMatchObject({
      status: { type: 'string' },
      tags: { type: 'array', items: { type: 'string' } },
    });
    expect(required).toEqual(['id', 'createdAt', 'version']);
  });
});

describe('a filter', () => {
  const filter = filterOf(fields);

  it.each([
    {},
    { status: 'open', price: 1.5, name: 'Pen', createdAt: { gte: '2024-01-01T00:00:00.000Z' } },
    { status: { in: ['open', 'paid'] }, price: { gte: 1, lte: 2 }, born: { gte: '2024', lte: '2025-01-01' } },
    { note: { beginsWith: ' a', contains: 'b ' }, stock: { in: [1, 2] } },
  ])('takes %j', (given) => expect(filter.parse(given)).toEqual(given));

  it('compares whole values in the form in which the field stores them', () => {
    const given = { orderId: 'ORDER#1', dueAt: { lte: '2024-05-01T12:00:00+02:00' }, updatedAt: { gte: '2024-01-01' } };
    const stored = {
      orderId: '1',
      dueAt: { lte: '2024-05-01T10:00:00.000Z' },
      updatedAt: { gte: '2024-01-01T00:00:00.000Z' },
    };
    expect(filter.parse(given)).toEqual(stored);
    const unfit = { dueAt: 'unknown' };
    expect(filter.parse(unfit)).toEqual(unfit);
  });

  it.each([
    ...[{ tags: 'x' }, { steps: { contains: 'x' } }, { names: {} }, { version: 1 }, { status: 'void' }],
    ...[{ status: { gte: 'a' } }, { price: '1' }, { price: { ne: 1 } }, { name: {} }, { name: null }, { name: '' }],
    ...[{ name: '\ud800' }, { name: { in: [] } }, { name: 'x'.repeat(1001) }, { name: { exists: true } }],
    { name: { in: Array(50).fill('x') }, price: 1 },
  ])('rejects %j', (given) => expect(filter.safeParse(given).success).toBe(false));

  it('says what is allowed', () => {
    for (const given of [{ price: {} }, { price: '1' }])
      expect(filter.safeParse(given).error?.issues).toMatchObject([
        { path: ['price'], message: 'Must be a value of the field, or an object with one or more of in, gte, lte' },
      ]);
  });

  it('has types by field, and none for lists, sets and maps', () => {
    type Filter = z.output<typeof filter>;
    expectTypeOf<Filter['status']>().toEqualTypeOf<'open' | 'paid' | { in?: ('open' | 'paid')[] } | undefined>();
    expectTypeOf<Filter['stock']>().toEqualTypeOf<number | { in?: number[]; gte?: number; lte?: number } | undefined>();
    expectTypeOf<'tags'>().not.toExtend<keyof Filter>();
  });
});

it('finds missing defaults and problems of stored entities', () => {
  const stored = { ...managed, ...createSchema.parse(input) };
  expect(rulesOf(createSchema).defaults(stored)).toEqual({});
  expect(rulesOf(createSchema).defaults(managed)).toEqual({ stock: 0 });
  expect(rulesOf(createSchema).problems(stored)).toEqual([]);
  expect(rulesOf(createSchema).problems({ ...stored, status: 'void', name: undefined })).toEqual([
    expect.stringMatching(/^name: /),
    expect.stringMatching(/^status: /),
  ]);
});

it('the program of the README does what its comments say', async () => {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const [, program = ''] = /```ts\n(.*?)```/s.exec(await readFile(at('../README.md'), 'utf8')) ?? [];
  const file = at(`../.local/readme-${process.pid}.ts`);
  await mkdir(at('../.local'), { recursive: true });
  await writeFile(file, program);
  try {
    const { createSchema, updateSchema, outputSchema } = (await import(file)) as Record<string, z.ZodType>;
    expect(createSchema?.parse({ name: 'pen', price: 1, tags: ['a'] })).toMatchObject({
      name: 'pen',
      price: 1,
      stock: 0,
    });
    expect(updateSchema?.parse({ note: null })).toEqual({ note: null });
    expect(outputSchema?.safeParse({ id: 'x', createdAt: 'y', version: 1, name: 7 }).success).toBe(true);
  } finally {
    await rm(file);
  }
});
