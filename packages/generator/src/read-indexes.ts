import type { Field, FieldType } from './field.js';
import { capitalised, joinWords } from './names.js';
import { UsageError } from './usage-error.js';

/** An index of an entity. It has a partition for each value of a field. */
export interface Index {
  /** Its number in the table: 2 is GSI2. GSI1 holds all entities in order of creation. */
  number: number;
  partition: Field;
  /** The fields that order a partition. Entities with equal values are in order of creation. */
  order: readonly Field[];
  /** True if lists are in descending order by default. */
  isDescending: boolean;
  /** `ByStatus`, as in `listIssuesByStatus`. */
  listName: string;
}

/** DynamoDB's limit per table. */
const maxIndexes = 20;
/** The other inputs of a list, and the other names in its method and its procedure. */
const taken = [
  ...['limit', 'cursor', 'order', 'direction', 'filter', 'list', 'options', 'ctx', 'signal'],
  ...['listOptions', 'toListPage'],
];
const inOrder: readonly FieldType[] = [
  'string',
  'number',
  'integer',
  'boolean',
  'date',
  'datetime',
  'enum',
  'reference',
];
const time = { type: 'datetime', values: [], isUnique: false, isIndexed: true } as const;
const managedTimes: readonly Field[] = [
  { ...time, name: 'createdAt', isOptional: false },
  { ...time, name: 'updatedAt', isOptional: true },
];

/**
 * Reads the indexes of an entity: one for a parent, one for each field with `:index`, and the options, such as
 * `status,updatedAt desc`. They are GSI2, GSI3 and so on, in this order.
 *
 * @throws UsageError
 */
export function readIndexes(
  fields: readonly Field[],
  options: readonly string[],
  nameOfField: (field: Field) => string,
): Index[] {
  const given = options.map((option) => readOption(option, fields));
  const isGiven = ({ name }: Field) => given.some(({ partition }) => partition.name === name);
  const short = fields
    .filter((field) => field.isIndexed && !(field.type === 'reference' && isGiven(field)))
    .map((partition) => ({ partition, order: [], isDescending: false }));
  const indexes: Index[] = [];
  for (const index of [...short, ...given]) {
    const { partition, order } = index;
    checkPartition(partition);
    const isSame = (other: Index) => keyNames(other) === keyNames(index);
    if (indexes.some(isSame)) throw new UsageError(`The index ${keyNames(index)} is given twice: remove one`);
    const isFirst = !indexes.some((other) => other.partition === partition);
    const ordered = (order.length > 0 ? order : managedTimes.slice(0, 1)).map((field) => capitalised(field.name));
    const listName = `By${nameOfField(partition)}${isFirst ? '' : `OrderedBy${ordered.join('')}`}`;
    const same = indexes.find((other) => other.listName === listName);
    if (same)
      throw new UsageError(
        `The indexes ${keyNames(same)} and ${keyNames(index)} give two lists the name ${listName}: rename a field`,
      );
    indexes.push({ ...index, number: indexes.length + 2, listName });
  }
  if (indexes.length >= maxIndexes)
    throw new UsageError(
      `${indexes.length} indexes are too many: DynamoDB allows ${maxIndexes} per table, and GSI1 lists all entities, so remove ${indexes.length - maxIndexes + 1}`,
    );
  return indexes;
}

/** `status,updatedAt` */
const keyNames = ({ partition, order }: Pick<Index, 'partition' | 'order'>) =>
  [partition, ...order].map(({ name }) => name).join(',');

function readOption(option: string, fields: readonly Field[]): Pick<Index, 'partition' | 'order' | 'isDescending'> {
  const known = [...fields.filter(({ type }) => inOrder.includes(type)), ...managedTimes];
  const directions = new Set<string>();
  const [partition, ...order] = option.split(',').map((part) => {
    const [name = '', direction, ...rest] = part.trim().split(/\s+/);
    const field = known.find((one) => one.name === name);
    if (!field) throw notInIndex(option, name, fields, known);
    if (rest.length > 0 || (direction !== undefined && direction !== 'asc' && direction !== 'desc'))
      throw new UsageError(`--index "${option}": after ${name}, write asc, desc or nothing, and a comma`);
    if (direction !== undefined) directions.add(direction);
    return field;
  });
  if (!partition) throw notInIndex(option, '', fields, known);
  const twice = order.find((field, at) => field === partition || order.indexOf(field) !== at);
  if (twice) throw new UsageError(`--index "${option}" names ${twice.name} twice: remove one`);
  if (directions.size > 1)
    throw new UsageError(
      `--index "${option}" has asc and desc: DynamoDB reads a key forwards or backwards as a whole, so use one of them`,
    );
  return { partition, order, isDescending: directions.has('desc') };
}

function notInIndex(option: string, name: string, fields: readonly Field[], known: readonly Field[]): UsageError {
  const type = fields.find((field) => field.name === name)?.type;
  const reason = type === undefined ? 'is not a field' : `is a field of the type ${type}`;
  return new UsageError(
    `--index "${option}" names "${name}", which ${reason}: use ${joinWords(
      known.map((one) => one.name),
      'or',
    )}`,
  );
}

function checkPartition({ name, isUnique, type }: Field): void {
  if (type === 'datetime')
    throw new UsageError(
      `An index cannot begin with ${name}, since hardly any entities share a time: begin with a field that many share, and let ${name} follow`,
    );
  if (isUnique)
    throw new UsageError(
      `An index cannot begin with ${name}, which is unique: an entity is found by it without an index, so begin with another field`,
    );
  if (taken.includes(name))
    throw new UsageError(
      `An index cannot begin with ${name}, since the code of lists uses this name itself: rename the field`,
    );
}
