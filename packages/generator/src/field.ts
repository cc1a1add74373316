import { joinWords } from './names.js';
import { isReservedWord } from './reserved.js';
import { UsageError } from './usage-error.js';

/** The type of a field. `reference` is the id of a parent, which `--belongs-to` adds. */
export type FieldType =
  | 'string'
  | 'text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'enum'
  | 'list'
  | 'set'
  | 'map'
  | 'reference';

export interface Field {
  /** `dueAt` */
  name: string;
  type: FieldType;
  /** The values of an enum. */
  values: readonly string[];
  isOptional: boolean;
  /** No two entities hold the same value. */
  isUnique: boolean;
  /** It begins an index of its own. */
  isIndexed: boolean;
}

const types = [
  ...['string', 'text', 'number', 'integer', 'boolean', 'date', 'datetime', 'enum(one,other)'],
  ...['list', 'set', 'map'],
];
/** Types that hold several values. */
export const isCollection = ({ type }: Pick<Field, 'type'>): boolean => ['list', 'set', 'map'].includes(type);
const allowed = {
  unique: ['string', 'integer'],
  index: ['string', 'integer', 'number', 'boolean', 'date', 'enum'],
} as const;
const managed = ['id', 'createdAt', 'updatedAt', 'version'];

/** Parses `name:string price:number sku:string:unique note:string? status:enum(open,paid):index`. @throws UsageError */
export function parseFields(text: string): Field[] {
  const parts = text.split(/\s+(?![^(]*\))/).filter((part) => part !== '');
  const fields = parts.map(parseField);
  const duplicate = fields.find(({ name }, index) => fields.findIndex((other) => other.name === name) !== index);
  if (duplicate) throw new UsageError(`There are two fields named ${duplicate.name}: rename one of them`);
  return fields;
}

function parseField(part: string): Field {
  const [, name = '', typeText = '', values, afterType = '', modifierText = ''] =
    /^([^:]*)(?::([^:?(]*)(?:\(([^)]*)\))?(\??)((?::[^:]*)*))?$/.exec(part) ?? [];
  checkName(name, part);
  const type = typeText as FieldType;
  if (!types.some((one) => one.replace(/\(.*/, '') === type))
    throw new UsageError(
      `Field ${name} has the unknown type "${typeText}": use ${joinWords(types, 'or')}, for example ${name}:string`,
    );
  const modifiers = modifierText.split(':').slice(1);
  const isOptional = afterType === '?' || modifiers.some((one) => one.endsWith('?'));
  const roles = modifiers.map((one) => one.replace(/\?$/, ''));
  for (const role of roles) {
    if (role !== 'unique' && role !== 'index')
      throw new UsageError(
        `Field ${name} has the unknown option ":${role}": use :unique or :index, and ? for an optional field`,
      );
    if (!allowed[role].some((one) => one === type))
      throw new UsageError(
        `Field ${name} cannot have :${role}, because its type is ${type}: ${joinWords(allowed[role], 'or')} can`,
      );
  }
  if (roles.length > 1)
    throw new UsageError(
      `Field ${name} has :${roles.join(' and :')}: choose one, since :unique finds an entity without an index`,
    );
  return {
    name,
    type,
    values: enumValues(name, type, values),
    isOptional,
    isUnique: roles.includes('unique'),
    isIndexed: roles.includes('index'),
  };
}

function checkName(name: string, part: string): void {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    throw new UsageError(
      `"${part}" is not a field: write name:type, with a name of letters and digits that starts in lower case`,
    );
  if (managed.includes(name) || /^(?:[ps]k\d+|vk[0-4])$/.test(name))
    throw new UsageError(
      `Field ${name} is managed: each entity already has ${joinWords(managed)}, and the index keys pkN, skN and vkN`,
    );
  if (name === 'then') throw new UsageError('Field then makes an entity look like a promise: rename it');
  if (isReservedWord(name)) throw new UsageError(`Field ${name} is a reserved word of JavaScript: rename it`);
}

function enumValues(name: string, type: FieldType, text: string | undefined): string[] {
  if (type !== 'enum') {
    if (text !== undefined)
      throw new UsageError(`Field ${name} has values, but only an enum can have them: write ${name}:enum(${text})`);
    return [];
  }
  const values = (text ?? '').split(',').map((value) => value.trim());
  const isValid =
    values.length > 1 && new Set(values).size === values.length && values.every((value) => /^[\w-]+$/.test(value));
  if (!isValid)
    throw new UsageError(
      `Field ${name} is an enum of "${text ?? ''}": it needs two or more different words, for example ${name}:enum(open,paid)`,
    );
  return values;
}
