import type { Entity } from '../entity.js';
import type { Field } from '../field.js';
import { withArticle } from '../names.js';
import { bareId, maxStringLength, typeOf, valuesName } from './vocabulary.js';

const maxTextLength = 10_000;

/** `src/product.ts`: the schemas and types of an entity. */
export function schema(entity: Entity): string {
  const { one, fields, parent } = entity;
  const optional = fields.filter(({ isOptional }) => isOptional);
  const enums = fields.filter(({ type }) => type === 'enum');
  const has = (...types: Field['type'][]) => fields.some(({ type }) => types.includes(type));
  return `
import type { BaseModel } from '@aws-starter-kit/dynamo';
import * as z from 'zod';

${enums.map((field) => `export const ${valuesName(field)} = [${field.values.map((value) => `'${value}'`).join(', ')}] as const;`).join('\n')}

${has('string', 'text') ? textSchemas(has('string'), has('text')) : ''}
${
  has('datetime')
    ? `
/** A date-time with its offset, stored in UTC with milliseconds: so times that are equal are the same text. */
const dateTime = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());
`
    : ''
}
${
  parent
    ? `
/** The id of ${withArticle(parent.one.words)} without its prefix, with which it may come. */
export const ${bareId(parent)} = (id: string): string => id.replace(/^${parent.one.constant}#/, '');
`
    : ''
}
/** What is needed to create ${withArticle(one.words)}. Strict: unknown and managed fields are refused. */
export const create${one.pascal}Schema = z.strictObject({
  ${fields.map((field) => `${field.name}: ${inputOf(entity, field)}${field.isOptional ? '.optional()' : ''}`).join(',\n  ')},
});

/** What can be changed of ${withArticle(one.words)}; what is left out stays${optional.length > 0 ? ', null removes what is optional' : ''}. Strict. */
export const update${one.pascal}Schema = create${one.pascal}Schema.partial()${
    optional.length > 0
      ? `.extend({
  ${optional.map((field) => `${field.name}: ${inputOf(entity, field)}.nullish()`).join(',\n  ')},
})`
      : ''
  };

/** ${capitalisedArticle(one.words)} as it is given out. It accepts whatever text is stored, so that one odd old item never fails a list. */
export const ${one.camel}Schema = z.object({
  id: z.string(),
  ${fields.map((field) => `${field.name}: ${outputOf(field)}${field.isOptional ? '.optional()' : ''}`).join(',\n  ')},
  createdAt: z.string(),
  updatedAt: z.string().optional(),
  version: z.number(),
});

/** ${capitalisedArticle(one.words)} as it is given out: bare id, ISO 8601 times, version from 1 up. */
export interface ${one.pascal} {
  id: string;
  ${fields.map((field) => `${field.name}${field.isOptional ? '?' : ''}: ${typeOf(field)}${field.isOptional ? ' | undefined' : ''};`).join('\n  ')}
  createdAt: string;
  updatedAt?: string;
  version: number;
}

export type Create${one.pascal} = z.infer<typeof create${one.pascal}Schema>;
export type Update${one.pascal} = z.infer<typeof update${one.pascal}Schema>;

/** ${capitalisedArticle(one.words)} with what every entity of the table has. */
export type ${one.pascal}Entity = BaseModel & Create${one.pascal};
`;
}

const capitalisedArticle = (words: string) => withArticle(words).replace(/^a/, 'A');

function textSchemas(hasString: boolean, hasText: boolean): string {
  const texts = `
const text = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1, 'Must not be empty')
    .max(maxLength, \`Has at most \${maxLength} characters\`)
    .refine((text) => text.isWellFormed(), 'Not valid Unicode');
`;
  return `${texts}
${hasString ? `const line = text(${maxStringLength});` : ''}
${hasText ? `const longText = text(${maxTextLength.toLocaleString('en').replace(',', '_')});` : ''}
`;
}

/** What a field may hold when it comes in. */
function inputOf({ gsi2, parent }: Entity, field: Field): string {
  switch (field.type) {
    case 'string':
      // in the second index what follows the value starts with #
      return field === gsi2 ? "line.regex(/^[^#]*$/, 'Must not contain #')" : 'line';
    case 'text':
      return 'longText';
    case 'number':
      return 'z.number()';
    case 'integer':
      return 'z.int()';
    case 'boolean':
      return 'z.boolean()';
    case 'datetime':
      return 'dateTime';
    case 'enum':
      return `z.enum(${valuesName(field)})`;
    case 'reference':
      return `z.string().min(1).max(${maxStringLength}).refine((id) => id.isWellFormed(), 'Not valid Unicode').transform(${bareId(parent)})`;
  }
}

function outputOf(field: Field): string {
  if (field.type === 'enum') return `z.enum(${valuesName(field)})`;
  return `z.${typeOf(field)}()`;
}
