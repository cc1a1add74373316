import type { JsonSchema } from '../../api/description.js';

/** How a value is entered. `json` is the last resort, for schemas that no other input fits. */
export type FieldKind =
  | 'text'
  | 'longText'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'date'
  | 'dateTime'
  | 'list'
  | 'record'
  | 'object'
  | 'json';

/** The input of one value, as its schema asks for it. */
export interface FieldSpec {
  readonly kind: FieldKind;
  /** Without the part that allows null. */
  readonly schema: JsonSchema;
  readonly isNullable: boolean;
  readonly description: string | undefined;
  /** The values of a choice. */
  readonly options: readonly unknown[];
  /** Of the elements of a list, and of the values of a record. */
  readonly element: FieldSpec | undefined;
  /** Of an object. */
  readonly fields: readonly NamedField[];
}

export interface NamedField {
  readonly name: string;
  readonly label: string;
  readonly spec: FieldSpec;
  /** It must have a value, or it has a default. */
  readonly isRequired: boolean;
}

/** A text that may be longer is edited in several lines. */
const longestLine = 500;

/** Returns the input that a schema asks for. */
export function fieldSpec(whole: JsonSchema): FieldSpec {
  const { schema, isNullable } = withoutNull(whole);
  const options = optionsOf(schema);
  const base = { schema, isNullable, description: whole.description ?? schema.description, fields: [] as NamedField[] };
  if (options) return { ...base, kind: 'choice', options, element: undefined };
  const kind = kindOf(schema);
  const inner =
    kind === 'list' ? schema.items : kind === 'record' ? (schema.additionalProperties as JsonSchema) : undefined;
  return {
    ...base,
    kind,
    options: [],
    element: inner && fieldSpec(inner),
    fields: kind === 'object' ? namedFields(schema) : [],
  };
}

/** Returns the inputs of the properties of an object. */
export function namedFields(schema: JsonSchema | undefined): NamedField[] {
  const required = new Set(schema?.required);
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    label: property.title ?? labelOf(name),
    spec: fieldSpec(property),
    isRequired: required.has(name),
  }));
}

/** `organisationId` → `Organisation id`. */
export function labelOf(name: string): string {
  const words = name.replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const isNull = (schema: JsonSchema): boolean => schema.type === 'null' || schema.const === null;

function withoutNull(schema: JsonSchema): { schema: JsonSchema; isNullable: boolean } {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) {
    const others = branches.filter((branch) => !isNull(branch));
    const isNullable = others.length < branches.length;
    const [only, ...more] = others;
    if (only && more.length === 0) {
      const inner = withoutNull(only);
      const { anyOf: _, oneOf: __, ...outer } = schema;
      return { schema: { ...inner.schema, ...outer }, isNullable: isNullable || inner.isNullable };
    }
    return { schema: { ...schema, anyOf: others }, isNullable };
  }
  if (Array.isArray(schema.type) && schema.type.includes('null')) {
    const types = schema.type.filter((type: string) => type !== 'null');
    const { enum: values, ...rest } = schema;
    const type = types.length === 1 ? types[0] : types;
    return {
      schema: { ...rest, type, ...(values && { enum: values.filter((value) => value !== null) }) },
      isNullable: true,
    };
  }
  if (schema.enum?.includes(null))
    return { schema: { ...schema, enum: schema.enum.filter((value) => value !== null) }, isNullable: true };
  return { schema, isNullable: false };
}

/** Returns the values, if a schema allows only some. */
function optionsOf(schema: JsonSchema): readonly unknown[] | undefined {
  if (schema.enum) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  const options = schema.anyOf?.map(optionsOf);
  return options?.every((values) => values !== undefined) ? options.flat() : undefined;
}

function kindOf(schema: JsonSchema): FieldKind {
  const { type, format, maxLength = 0, additionalProperties, properties, items } = schema;
  if (schema.anyOf || schema.oneOf) return 'json';
  switch (type) {
    case 'string':
      if (format === 'date') return 'date';
      if (format === 'date-time') return 'dateTime';
      return maxLength > longestLine ? 'longText' : 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return items ? 'list' : 'json';
    case 'object':
      if (properties && typeof additionalProperties !== 'object') return 'object';
      return typeof additionalProperties === 'object' && !properties && !isAnything(additionalProperties)
        ? 'record'
        : 'json';
    default:
      return 'json';
  }
}

const isAnything = (schema: JsonSchema): boolean => Object.keys(schema).length === 0;
