import * as z from 'zod';

/** The schema of a change of one field. */
type Change<Field> =
  Field extends z.ZodDefault<infer Value extends z.ZodType>
    ? z.ZodOptional<Value>
    : Field extends z.ZodOptional<infer Value extends z.ZodType>
      ? z.ZodOptional<z.ZodNullable<Value>>
      : Field extends z.ZodType
        ? z.ZodOptional<Field>
        : never;

type ChangesSchema<Fields> = z.ZodObject<{ [Name in keyof Fields]: Change<Fields[Name]> }, z.core.$strict>;

/**
 * Returns the schema of an update. An absent field stays as it is, and null removes an optional one. A default is for
 * new entities only.
 */
export function changesOf<Fields extends z.ZodRawShape>(fields: Fields): ChangesSchema<Fields> {
  const changes = Object.entries(fields).map(([name, field]) => [name, changeOf(field as z.ZodType)]);
  return z.strictObject(Object.fromEntries(changes)) as unknown as ChangesSchema<Fields>;
}

function changeOf(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault) return z.optional(field.unwrap());
  return field instanceof z.ZodOptional ? z.nullish(field.unwrap()) : z.optional(field);
}
