import type { Entity, KnownEntity } from '../entity.js';
import type { Field } from '../field.js';
import { capitalised, nameOf } from '../names.js';

/** How many characters a string has at most: three bytes each, with its prefix it fits into any index key (1,024 bytes). */
export const maxStringLength = 200;

/** `Sku`, for `getProductBySku`. A reference is called by its parent: `Order`. */
export const spoken = (entity: Entity, field: Field): string =>
  field.type === 'reference' ? (entity.parent?.one.pascal ?? '') : capitalised(field.name);

/** `sku`, `due date`, of a reference `order`. */
export const said = (entity: Entity, field: Field): string =>
  field.type === 'reference' ? (entity.parent?.one.words ?? '') : nameOf(field.name).words;

export const uniqueFields = ({ fields }: Entity): readonly Field[] => fields.filter(({ isUnique }) => isUnique);

/** Those that an example gives: what is optional is left out unless something is found by it. */
export const exampleFields = ({ fields }: Entity): readonly Field[] =>
  fields.filter(({ isOptional, isUnique, isIndexed }) => !isOptional || isUnique || isIndexed);

/** Those by which entities are listed. */
export const indexedFields = ({ gsi1, gsi2 }: Entity): readonly Field[] =>
  [gsi1, gsi2].filter((field) => field !== undefined);

/** `SkuTakenError` */
export const takenError = (field: Field): string => `${capitalised(field.name)}TakenError`;

/** `InvalidProductError` */
export const invalidError = ({ one }: Entity): string => `Invalid${one.pascal}Error`;

/** The constant that holds the values of an enum: `statuses` would need a plural, `statusValues` does not. */
export const valuesName = (field: Field): string => `${field.name}Values`;

/** `bareOrderId`: the function that takes the prefix off the id of a parent. */
export const bareId = (parent: KnownEntity | undefined): string => `bare${parent?.one.pascal}Id`;

/** The type of a field in TypeScript. */
export function typeOf({ type, values }: Field): string {
  if (type === 'enum') return values.map((value) => `'${value}'`).join(' | ');
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'boolean' : 'string';
}

/** The type of a parameter that asks for a field. */
export function wantedType({ one }: Entity, field: Field): string {
  const ofField = `${one.pascal}['${field.name}']`;
  if (field.type !== 'enum') return typeOf(field);
  return field.isOptional ? `NonNullable<${ofField}>` : ofField;
}

/** A value for examples and tests, as code; `other` is a different one. */
export function sampleOf(field: Field, other = false): string {
  const { name, type, values } = field;
  const words = nameOf(name).words;
  switch (type) {
    case 'number':
      return other ? '12.25' : '9.5';
    case 'integer':
      return other ? '4' : '3';
    case 'boolean':
      return String(other);
    case 'datetime':
      return other ? "'2024-06-01T12:00:00.000Z'" : "'2024-05-01T12:00:00.000Z'";
    case 'enum':
      return `'${values[other ? 1 : 0]}'`;
    case 'reference':
      return other ? "'another'" : "'one'";
    default:
      return other ? `'Another ${words}'` : `'Some ${words}'`;
  }
}

/** A value of a unique field that no other entity of a test has, as code that counts. */
export const nextUnique = ({ name, type }: Field): string =>
  type === 'integer' ? '++count' : `\`${nameOf(name).kebab}-\${++count}\``;

/** The field whose change shows best what an update does: a plain one where there is one. */
export function changedField({ fields }: Entity): Field {
  const plain = (field: Field) => !field.isUnique && !field.isIndexed;
  const [field] = [...fields.filter((one) => plain(one) && !one.isOptional), ...fields.filter(plain), ...fields];
  if (!field) throw new TypeError('An entity has at least one field');
  return field;
}
