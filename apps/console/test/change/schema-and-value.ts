import fc from 'fast-check';
import type { JsonSchema } from '../../src/api/description.js';

/** A schema with a value that it allows. */
export interface Case {
  readonly schema: JsonSchema;
  readonly value: unknown;
}

const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .map((value): Case => ({ schema: { type: 'string', minLength: 1, maxLength: 100 }, value }));
const longText = fc
  .string({ maxLength: 60 })
  .map((value): Case => ({ schema: { type: 'string', maxLength: 10_000 }, value: `${value}\n${value}` }));
const number = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value): Case => ({ schema: { type: 'number' }, value: value + 0 }));
const integer = fc
  .maxSafeInteger()
  .map((value): Case => ({ schema: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER }, value }));
const boolean = fc.boolean().map((value): Case => ({ schema: { type: 'boolean' }, value }));
const choice = fc
  .uniqueArray(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 6 })
  .chain((options) => fc.constantFrom(...options).map((value): Case => ({ schema: { enum: options }, value })));
const time = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const date = time.map(
  (value): Case => ({ schema: { type: 'string', format: 'date' }, value: value.toISOString().slice(0, 10) }),
);
const dateTime = time.map(
  (value): Case => ({ schema: { type: 'string', format: 'date-time' }, value: value.toISOString() }),
);
const anything = fc
  .jsonValue()
  .filter((value) => value !== null)
  .map((value): Case => ({ schema: {}, value: JSON.parse(JSON.stringify(value)) }));
const leaf = fc.oneof(text, longText, number, integer, boolean, choice, date, dateTime, anything);

/** `{ value, schema }`, where the schema allows null as well in one of the ways that it can. */
const orNull = (inner: fc.Arbitrary<Case>): fc.Arbitrary<Case> =>
  fc.tuple(inner, fc.boolean()).map(([{ schema, value }, isNull]) => ({
    schema: { anyOf: [schema, { type: 'null' }] },
    value: isNull ? null : value,
  }));
const list = (inner: fc.Arbitrary<Case>) =>
  inner.chain(({ schema, value }) =>
    fc.nat(4).map(
      (length): Case => ({
        schema: { type: 'array', items: schema, maxItems: 4 },
        value: Array.from({ length }, () => value),
      }),
    ),
  );
const record = (inner: fc.Arbitrary<Case>) =>
  fc.tuple(inner, fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 4 })).map(
    ([{ schema, value }, names]): Case => ({
      schema: { type: 'object', additionalProperties: schema },
      value: Object.fromEntries(names.map((name) => [name, value])),
    }),
  );

/** Objects in which optional properties may be missing. */
const object = (inner: fc.Arbitrary<Case>) =>
  fc
    .uniqueArray(
      fc.record({ name: fc.string({ minLength: 1 }), own: inner, isRequired: fc.boolean(), isThere: fc.boolean() }),
      {
        maxLength: 5,
        selector: ({ name }) => name,
      },
    )
    .map(
      (properties): Case => ({
        schema: {
          type: 'object',
          properties: Object.fromEntries(properties.map(({ name, own }) => [name, own.schema])),
          required: properties.filter(({ isRequired }) => isRequired).map(({ name }) => name),
          additionalProperties: false,
        },
        value: Object.fromEntries(
          properties
            .filter(({ isRequired, isThere }) => isRequired || isThere)
            .map(({ name, own }) => [name, own.value]),
        ),
      }),
    );

/** Schemas of every kind, up to three levels deep, each with a value. */
export const schemaAndValue: fc.Arbitrary<Case> = fc.letrec<{ any: Case }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'schema' },
    leaf,
    orNull(leaf),
    list(tie('any')),
    record(tie('any')),
    object(tie('any')),
  ),
})).any;
