import { listed } from './names.js';
import { Refusal } from './refusal.js';
import { isReservedWord } from './reserved.js';

/** Everything that a field can hold; `reference` is the id of a parent, made by `--belongs-to`. */
export type FieldType = 'string' | 'text' | 'number' | 'integer' | 'boolean' | 'datetime' | 'enum' | 'reference';

export interface Field {
  /** `dueAt` */
  name: string;
  type: FieldType;
  /** What an enum may be. */
  values: readonly string[];
  isOptional: boolean;
  /** No two entities hold the same value. */
  isUnique: boolean;
  /** Entities are listed by it. */
  isIndexed: boolean;
}

const types = ['string', 'text', 'number', 'integer', 'boolean', 'datetime', 'enum(one,other)'];
const allowed = {
  unique: ['string', 'integer'],
  index: ['string', 'integer', 'number', 'boolean', 'enum'],
} as const;
const managed = ['id', 'createdAt', 'updatedAt', 'version'];
/** Inputs of a list, beside which an indexed field stands. */
const listInputs = ['limit', 'cursor', 'order', 'direction'];

/** Reads `name:string price:number sku:string:unique note:string? status:enum(open,paid):index`. @throws Refusal */
export function parseFields(text: string): Field[] {
  const parts = text.split(/\s+(?![^(]*\))/).filter((part) => part !== '');
  const fields = parts.map(parseField);
  const doubled = fields.find(({ name }, index) => fields.findIndex((other) => other.name === name) !== index);
  if (doubled) throw new Refusal(`Field ${doubled.name} is there twice: give each field a name of its own`);
  return fields;
}

function parseField(part: string): Field {
  const [, name = '', typeText = '', values, afterType = '', modifierText = ''] =
    /^([^:]*)(?::([^:?(]*)(?:\(([^)]*)\))?(\??)((?::[^:]*)*))?$/.exec(part) ?? [];
  checkName(name, part);
  const type = typeText as FieldType;
  if (!types.some((one) => one.replace(/\(.*/, '') === type))
    throw new Refusal(
      `Field ${name} has the type "${typeText}": it may have ${listed(types, 'or')}, such as ${name}:string`,
    );
  const modifiers = modifierText.split(':').slice(1);
  const isOptional = afterType === '?' || modifiers.some((one) => one.endsWith('?'));
  const roles = modifiers.map((one) => one.replace(/\?$/, ''));
  for (const role of roles) {
    if (role !== 'unique' && role !== 'index')
      throw new Refusal(
        `Field ${name} has ":${role}": after its type a field may have :unique or :index, and ? where it is optional`,
      );
    if (!allowed[role].some((one) => one === type))
      throw new Refusal(`Field ${name} is a ${type}, which cannot have :${role}: ${listed(allowed[role], 'or')} can`);
  }
  if (roles.length > 1)
    throw new Refusal(
      `Field ${name} has :${roles.join(' and :')}: one of them will do, who is unique is found by its claim`,
    );
  const isIndexed = roles.includes('index');
  if (isIndexed && listInputs.includes(name))
    throw new Refusal(
      `Field ${name} cannot have :index: a list takes ${listed(listInputs)} for something else, so name it otherwise`,
    );
  return {
    name,
    type,
    values: enumValues(name, type, values),
    isOptional,
    isUnique: roles.includes('unique'),
    isIndexed,
  };
}

function checkName(name: string, part: string): void {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    throw new Refusal(
      `"${part}" does not name a field: a field is name:type, its name letters and digits, a small letter first`,
    );
  if (managed.includes(name) || /^[ps]k\d+$/.test(name))
    throw new Refusal(`Field ${name} is there already: each entity has ${listed(managed)}, and index keys pkN and skN`);
  if (isReservedWord(name))
    throw new Refusal(`Field ${name} has a reserved word of JavaScript for its name: give it another`);
}

function enumValues(name: string, type: FieldType, text: string | undefined): string[] {
  if (type !== 'enum') {
    if (text !== undefined)
      throw new Refusal(`Field ${name} has values, which only an enum has: write ${name}:enum(${text})`);
    return [];
  }
  const values = (text ?? '').split(',').map((value) => value.trim());
  const isGood =
    values.length > 1 && new Set(values).size === values.length && values.every((value) => /^[\w-]+$/.test(value));
  if (!isGood)
    throw new Refusal(
      `Field ${name} is an enum of "${text ?? ''}": it takes two or more different words, such as ${name}:enum(open,paid)`,
    );
  return values;
}
