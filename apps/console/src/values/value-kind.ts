import type { JsonSchema } from '../api/description.js';

/** How a value is shown and entered. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'date' | 'dateTime' | 'enum' | 'list' | 'map';

/** Returns the schema of a value that may also be null or absent; the first one of several. */
export function plainSchema(schema: JsonSchema | undefined): JsonSchema {
  if (!schema) return {};
  const alternatives = schema.anyOf?.filter(({ type }) => type !== 'null');
  return alternatives?.[0] ? plainSchema(alternatives[0]) : schema;
}

const typeOf = ({ type }: JsonSchema): string | undefined =>
  typeof type === 'string' ? type : type?.find((name) => name !== 'null');

/** Returns the kind of the values of a schema; undefined if the schema does not say. */
export function kindOfSchema(schema: JsonSchema | undefined): ValueKind | undefined {
  const plain = plainSchema(schema);
  if (plain.enum) return 'enum';
  if (plain.format === 'date-time') return 'dateTime';
  if (plain.format === 'date') return 'date';
  switch (typeOf(plain)) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'list';
    case 'object':
      return 'map';
    default:
      return undefined;
  }
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Returns the kind of a value as it is: what is stored may be from before the schema. */
export function kindOfValue(value: unknown): ValueKind {
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object' && value !== null) return 'map';
  return typeof value === 'string' && isoTime.test(value) ? 'dateTime' : 'text';
}
