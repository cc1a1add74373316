import { type Entity, scopeField } from '../entity.js';
import type { Field } from '../field.js';
import { capitalised, withArticle } from '../names.js';
import { unprefixedId, valuesName } from './vocabulary.js';

/** `src/product.ts`: the schemas and types of an entity. Each field is declared once. */
export function schema(entity: Entity): string {
  const { one, many, fields, parent, isScoped } = entity;
  const hasOptional = fields.some(({ isOptional }) => isOptional);
  const enums = fields.filter(({ type }) => type === 'enum');
  const stored = isScoped ? '{ ...scope, ...fields }' : 'fields';
  const used = [...new Set(fields.flatMap((field) => schemaNames[field.type] ?? []))];
  return `
import type { BaseModel } from '@aws-starter-kit/dynamo';
import { ${['changesOf', 'filterOf', ...used, 'type Stored', 'storedEntity'].join(', ')} } from '@aws-starter-kit/fields';
import * as z from 'zod';

${enums.map((field) => `export const ${valuesName(field)} = [${field.values.map((value) => `'${value}'`).join(', ')}] as const;`).join('\n')}
${
  parent
    ? `
const ${parent.one.camel}Id = id('${parent.one.constant}#');

/** Returns the id of ${withArticle(parent.one.words)} without its prefix. */
export const ${unprefixedId(parent)} = (text: string): string => text.replace(/^${parent.one.constant}#/, '');
`
    : ''
}
/** The fields of ${withArticle(one.words)}. All schemas and types follow from them. */
const fields = {
  ${fields.map((field) => `${field.name}: ${inputOf(entity, field)}${field.isOptional ? '.optional()' : ''}`).join(',\n  ')},
};

${
  isScoped
    ? `/** Where ${withArticle(one.words)} belongs: its service sets it, and no caller can change it. */
const scope = { ${scopeField}: z.string() };
`
    : ''
}
/** A new ${one.words}. Unknown and managed fields are rejected. */
export const create${one.pascal}Schema = z.strictObject(fields);

/** The changes of ${withArticle(one.words)}; absent fields stay as they are${hasOptional ? ', and null removes an optional field' : ''}. Unknown and managed fields are rejected. */
export const update${one.pascal}Schema = changesOf(fields);

/** A filter of ${many.words} for callers of the API: by field, the value that it must equal, or tests of it. */
export const ${one.camel}FilterSchema = filterOf(fields);

/** ${capitalised(withArticle(one.words))} as returned to callers. No stored value fails it, whichever version of the fields has written it. */
export const ${one.camel}Schema = storedEntity(${stored});

/** ${capitalised(withArticle(one.words))} as it is stored: unprefixed id, times in ISO 8601, version from 1 up. Any field may be missing in older data. */
export type ${one.pascal} = Stored<${isScoped ? 'typeof scope & ' : ''}typeof fields>;

export type Create${one.pascal} = z.input<typeof create${one.pascal}Schema>;
export type Update${one.pascal} = z.input<typeof update${one.pascal}Schema>;

/** ${capitalised(withArticle(one.words))} as the model writes it, with the managed attributes of every entity. */
export type ${one.pascal}Entity = BaseModel & ${isScoped ? `{ ${scopeField}: string } & ` : ''}z.output<typeof create${one.pascal}Schema>;
`;
}

/** The schemas of `@aws-starter-kit/fields` by type. */
const schemaNames: Partial<Record<Field['type'], string>> = {
  string: 'line',
  text: 'longText',
  number: 'decimal',
  integer: 'integer',
  date: 'date',
  datetime: 'dateTime',
  list: 'list',
  set: 'set',
  map: 'map',
  reference: 'id',
};

function inputOf({ parent }: Entity, field: Field): string {
  switch (field.type) {
    case 'boolean':
      return 'z.boolean()';
    case 'enum':
      return `z.enum(${valuesName(field)})`;
    case 'reference':
      return `${parent?.one.camel}Id`;
    default:
      return schemaNames[field.type] ?? '';
  }
}
