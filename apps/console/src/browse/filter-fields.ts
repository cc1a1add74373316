import type { ConsoleList, JsonSchema } from '../api/description.js';
import type { ListSearch } from '../search/search-params.js';
import { kindOfSchema, plainSchema, type ValueKind } from '../values/value-kind.js';
import { wordsOf } from '../values/words.js';

/** How a filter compares. `is` is the value itself; the others are tests by name, as the API has them. */
export const operators = {
  is: 'is',
  gte: 'from',
  lte: 'to',
  beginsWith: 'begins with',
  contains: 'contains',
} as const;
export type Operator = keyof typeof operators;

/** An input of a list that narrows it. */
export interface FilterField {
  /** Its place in the input: `after`, `filter.status`. */
  readonly path: string;
  readonly label: string;
  readonly kind: Exclude<ValueKind, 'list' | 'map'>;
  /** Of an enum. */
  readonly options: readonly string[];
  readonly isRequired: boolean;
  readonly operators: readonly Operator[];
}

/** Returns the filters of a list: its own inputs first, then the fields of an object such as `filter`. */
export function filterFieldsOf(list: ConsoleList): FilterField[] {
  const { properties = {}, required = [] } = list.input ?? {};
  return list.filters.flatMap((name) => {
    const schema = properties[name];
    const nested = plainSchema(schema).properties;
    if (!nested) return fieldOf(name, schema, required.includes(name));
    return Object.entries(nested).flatMap(([part, inner]) => fieldOf(`${name}.${part}`, inner, false));
  });
}

function fieldOf(path: string, schema: JsonSchema | undefined, isRequired: boolean): FilterField[] {
  const plain = plainSchema(schema);
  const tests = schema?.anyOf?.find(({ properties }) => properties)?.properties ?? {};
  const kind = isTime(path, plain) ? 'dateTime' : kindOfSchema(plain);
  if (!kind || kind === 'list' || kind === 'map') return [];
  const offered = (Object.keys(operators) as Operator[]).filter((name) => name === 'is' || name in tests);
  return [{ path, label: wordsOf(path), kind, options: plain.enum?.map(String) ?? [], isRequired, operators: offered }];
}

/** Inputs that accept times in several forms are plain texts for the API. Their names tell. */
const isTime = (path: string, { type, format, maxLength = 0 }: JsonSchema) =>
  type === 'string' && !format && maxLength <= 64 && /(^|\.)(after|since|before|until|\w+At)$/.test(path);

/** A filter that is set: `f.filter.price.gte=5` is the operator `gte` of `filter.price`. */
export interface SetFilter {
  readonly field: FilterField;
  readonly operator: Operator;
  readonly text: string;
}

/** Returns the filters that the URL sets, in the order of the fields. What the list does not have is left out. */
export const setFilters = (fields: readonly FilterField[], search: ListSearch): SetFilter[] =>
  fields.flatMap((field) =>
    field.operators.flatMap((operator) => {
      const text = search[filterParam(field, operator)];
      return text === undefined ? [] : [{ field, operator, text }];
    }),
  );

/** Returns the search param of a filter. */
export const filterParam = ({ path }: FilterField, operator: Operator): `f.${string}` =>
  operator === 'is' ? `f.${path}` : `f.${path}.${operator}`;

/** The input of a list without its paging, or what it lacks. */
export interface ListInput {
  readonly input: Readonly<Record<string, unknown>>;
  /** Labels of required inputs that the URL lacks. */
  readonly missing: readonly string[];
  /** Problems of values, by search param. */
  readonly problems: Readonly<Record<string, string>>;
}

/** Returns the input of a list by its URL. */
export function listInputOf(list: ConsoleList, search: ListSearch): ListInput {
  const fields = filterFieldsOf(list);
  const input: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  const filters = setFilters(fields, search);
  for (const { field, operator, text } of filters) {
    const value = parseFilter(field, text);
    if (value === undefined) problems[filterParam(field, operator)] = `${text} is no ${kindNames[field.kind]}`;
    else setAt(input, [...field.path.split('.'), ...(operator === 'is' ? [] : [operator])], value);
  }
  if (list.hasOrder && search.order) input.order = search.order;
  const missing = fields.filter(
    ({ path, isRequired }) => isRequired && !filters.some(({ field }) => field.path === path),
  );
  return { input, missing: missing.map(({ label }) => label), problems };
}

const kindNames: Readonly<Record<FilterField['kind'], string>> = {
  text: 'text',
  number: 'number',
  boolean: 'yes or no',
  date: 'date',
  dateTime: 'time',
  enum: 'option',
};

/** Returns the value of a filter; undefined if the text is not of its kind. */
export function parseFilter({ kind, options }: FilterField, text: string): unknown {
  switch (kind) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'enum':
      return options.includes(text) ? text : undefined;
    case 'date':
    case 'dateTime':
      return Number.isNaN(Date.parse(text)) ? undefined : text;
    default:
      return text;
  }
}

/** Sets a value by its path. A test replaces the value that it would be a property of. */
function setAt(target: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = target[name];
  const next: Record<string, unknown> = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  target[name] = next;
  setAt(next, rest, value);
}
