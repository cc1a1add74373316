import * as z from 'zod';
import { describeField } from './describe-field.js';
import { timestamp } from './times.js';

/** The tests of one field. Several in one object must all hold. */
type Tests<Value> = [Value] extends [boolean]
  ? Value
  : [Value] extends [number]
    ? Value | { in?: Value[]; gte?: Value; lte?: Value }
    : string extends Value
      ? string | { in?: string[]; gte?: string; lte?: string; beginsWith?: string; contains?: string }
      : Value | { in?: Value[] };

/** Names of the fields that hold one value. */
type ScalarName<Fields extends z.ZodRawShape> = {
  [Name in keyof Fields]: NonNullable<z.output<Fields[Name]>> extends string | number | boolean ? Name : never;
}[keyof Fields];

/** Tests by field, all of which must hold: a value that it equals, or tests such as `{ gte: 1 }`. */
export type FilterOf<Fields extends z.ZodRawShape> = {
  [Name in ScalarName<Fields>]?: Tests<NonNullable<z.output<Fields[Name]>>> | undefined;
} & { [Name in 'createdAt' | 'updatedAt']?: Tests<string> | undefined };

/** With one test for each value, an expression stays below DynamoDB's limits of 4 KB and 300 operators. */
const maxValues = 50;

/**
 * Returns the schema of a filter for lists: the part of a model's `filter` that is safe to offer to callers of an API.
 * Lists, sets and maps cannot be tested.
 */
export function filterOf<Fields extends z.ZodRawShape>(fields: Fields): z.ZodType<FilterOf<Fields>, FilterOf<Fields>> {
  const all = Object.entries({ ...fields, createdAt: timestamp, updatedAt: timestamp });
  const tests = all.flatMap(([name, field]) => {
    const test = testsOf(field as z.ZodType);
    return test ? [[name, test.optional()]] : [];
  });
  return z
    .strictObject(Object.fromEntries(tests))
    .refine((filter) => countValues(filter) <= maxValues, `Must have at most ${maxValues} values`) as never;
}

function testsOf(field: z.ZodType): z.ZodType | undefined {
  const { type, enum: values } = describeField(field);
  if (values) return withTests(z.enum(values), {});
  const text = z
    .string()
    .min(1)
    .max(1000)
    .refine((text) => text.isWellFormed(), 'Not valid Unicode');
  switch (type) {
    case 'boolean':
      return z.boolean();
    case 'number':
    case 'integer':
      return withTests(z.number(), range(z.number()));
    case 'string':
      return withTests(stored(text, field), { ...range(stored(text, field)), beginsWith: text, contains: text });
    default:
      return undefined;
  }
}

/** Converts a value to its stored form. A value that the field rejects is kept: it may be from before a rule. */
const stored = (value: z.ZodType<string>, field: z.ZodType) =>
  value.transform((given) => {
    const { success, data } = field.safeParse(given);
    return success ? (data as string) : given;
  });

const range = (value: z.ZodType) => ({ gte: value, lte: value });

function withTests(value: z.ZodType, others: Record<string, z.ZodType>) {
  const tests = Object.entries({ in: z.array(value).min(1), ...others });
  const allowed = `a value of the field, or an object with one or more of ${tests.map(([name]) => name).join(', ')}`;
  const schema = z
    .strictObject(Object.fromEntries(tests.map(([name, test]) => [name, z.exactOptional(test)])))
    .refine((given) => Object.keys(given).length > 0, `Must be ${allowed}`)
    .meta({ minProperties: 1 });
  return z.union([value, schema], `Must be ${allowed}`);
}

const countValues = (filter: object): number =>
  Object.values(filter)
    .flatMap((test: unknown) => (typeof test === 'object' && test !== null ? Object.values(test) : test))
    .flat().length;
