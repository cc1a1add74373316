import type { Entity, KnownEntity } from '../entity.js';
import { type Field, isCollection } from '../field.js';
import { capitalised, nameOf } from '../names.js';
import type { Index } from '../read-indexes.js';

/** The maximum length of a string. With three bytes per character, it fits into a sort key (1,024 bytes). */
export const maxStringLength = 200;

/** `Sku`, as in `getProductBySku`. A reference has the name of its parent: `Order`. */
export const displayName = (entity: Entity, field: Field): string =>
  field.type === 'reference' ? (entity.parent?.one.pascal ?? '') : capitalised(field.name);

/** `sku`, `due date`, and for a reference `order`. */
export const fieldLabel = (entity: Entity, field: Field): string =>
  field.type === 'reference' ? (entity.parent?.one.words ?? '') : nameOf(field.name).words;

export const uniqueFields = ({ fields }: Entity): readonly Field[] => fields.filter(({ isUnique }) => isUnique);

/** Whether an index key holds a field. */
export const isInKey = ({ indexes }: Entity, field: Field): boolean =>
  indexes.some(({ partition, order }) => partition === field || order.includes(field));

/** The fields that an example sets: an optional field only if entities are found by it. */
export const exampleFields = (entity: Entity): readonly Field[] =>
  entity.fields.filter((field) => !field.isOptional || field.isUnique || isInKey(entity, field));

/** `in descending order of last change, then of creation`: how an index orders the entities of a partition. */
export function orderOf(entity: Entity, { order, isDescending }: Pick<Index, 'order' | 'isDescending'>): string {
  const labels = order.map((field) => managedLabels[field.name] ?? fieldLabel(entity, field));
  const all = labels.includes('creation') ? labels : [...labels, 'creation'];
  return `in ${isDescending ? 'descending ' : ''}order of ${all.join(', then of ')}`;
}
const managedLabels: Partial<Record<string, string>> = { createdAt: 'creation', updatedAt: 'last change' };

/** `SkuTakenError` */
export const takenError = (field: Field): string => `${capitalised(field.name)}TakenError`;

/** `statusValues`: the constant with the values of an enum. */
export const valuesName = (field: Field): string => `${field.name}Values`;

/** `unprefixedOrderId`: the function that removes the prefix from the id of a parent. */
export const unprefixedId = (parent: KnownEntity | undefined): string => `unprefixed${parent?.one.pascal}Id`;

export const isNumber = ({ type }: Field): boolean => type === 'number' || type === 'integer';

/** The TypeScript type of a field that entities are found by. */
export function typeOf({ type, values }: Field): string {
  if (type === 'enum') return values.map((value) => `'${value}'`).join(' | ');
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'boolean' : 'string';
}

/** The type of a parameter with a value of a field. */
export function parameterType({ one }: Entity, field: Field): string {
  const ofField = `${one.pascal}Entity['${field.name}']`;
  if (field.type !== 'enum') return typeOf(field);
  return field.isOptional ? `NonNullable<${ofField}>` : ofField;
}

/** A value for examples and tests, as code. `other` gives a different one. */
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
    case 'date':
      return other ? "'2024-06-01'" : "'2024-05-01'";
    case 'list':
      return other ? "['one']" : "['one', 'two', 'one']";
    case 'set':
      return other ? "['one']" : "['one', 'two']";
    case 'map':
      return other ? "{ one: 'first' }" : "{ one: 'first', two: 'second' }";
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

/** The stored form of a sample, as code. */
export const storedSampleOf = (field: Field): string =>
  field.type === 'set' ? `new Set(${sampleOf(field)})` : sampleOf(field);

/** A value of a unique field for the next entity of a test, as code that counts. */
export const nextUnique = ({ name, type }: Field): string =>
  type === 'integer' ? '++count' : `\`${nameOf(name).kebab}-\${++count}\``;

/** The field that examples update: preferably neither unique nor indexed. */
export function changedField(entity: Entity): Field {
  const single = entity.fields.filter((field) => !isCollection(field));
  const plain = single.filter((field) => !field.isUnique && !isInKey(entity, field));
  const [field] = [...plain.filter(({ isOptional }) => !isOptional), ...plain, ...single];
  if (!field) throw new TypeError('An entity has a field with one value');
  return field;
}

/** The stored ids of the parents that samples name, if they must exist. */
export const checkedParents = ({ parent, isParentChecked }: Entity): readonly string[] =>
  isParentChecked && parent ? [`${parent.one.constant}#one`, `${parent.one.constant}#another`] : [];
