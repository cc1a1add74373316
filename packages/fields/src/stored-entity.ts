import * as z from 'zod';
import { type Description, describeField } from './describe-field.js';

/** A stored value of a field. An enum may have had other values. */
type StoredValue<Value> = Value extends string ? (string extends Value ? string : Value | (string & {})) : Value;

/**
 * An entity as it is stored. Other versions of its fields may have written it, so each field may be missing, and an enum
 * may hold another text.
 */
export type Stored<Fields extends z.ZodRawShape> = {
  id: string;
  createdAt: string;
  updatedAt?: string | undefined;
  version: number;
} & { [Name in keyof Fields]?: StoredValue<z.output<Fields[Name]>> | undefined };

/** As JSON has it: a set is an array. */
type Output<Fields extends z.ZodRawShape> = {
  [Name in keyof Stored<Fields>]: Stored<Fields>[Name] extends ReadonlySet<infer Element> | undefined
    ? Element[] | undefined
    : Stored<Fields>[Name];
};

/**
 * Returns the schema of an entity as it is returned to callers. A stored value never fails it: text is given as it is
 * stored, and a value of another type is left out. So a field that was added, or a value of an enum that was removed,
 * fails no list.
 */
export function storedEntity<Fields extends z.ZodRawShape>(fields: Fields): z.ZodType<Output<Fields>, Stored<Fields>> {
  const stored = Object.entries(fields).map(([name, field]) => [name, storedField(field as z.ZodType)]);
  return z.object({
    id: z.string(),
    ...Object.fromEntries(stored),
    createdAt: z.string().catch(''),
    updatedAt: z.string().optional().catch(undefined),
    version: z.number().catch(0),
  }) as unknown as z.ZodType<Output<Fields>, Stored<Fields>>;
}

const storedField = (field: z.ZodType): z.ZodType => formOf(describeField(field)).optional().catch(undefined);

/** Without any rule but the type. */
function formOf({ type, items, additionalProperties }: Description): z.ZodType {
  switch (type) {
    case 'string':
      return z.string();
    case 'number':
    case 'integer':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'array':
      return z.preprocess((value) => (value instanceof Set ? [...value] : value), z.array(formOf(items ?? {})));
    case 'object':
      return z.record(z.string(), formOf(typeof additionalProperties === 'object' ? additionalProperties : {}));
    default:
      return z.json();
  }
}
