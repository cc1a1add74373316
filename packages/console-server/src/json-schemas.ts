import { simplifySchema } from '@aws-starter-kit/procedures';
import * as z from 'zod';
import type { JsonSchema } from './description.js';

/** Returns the JSON Schema of an input or an output. What JSON Schema cannot say becomes a schema of anything. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => simplifySchema(jsonSchema, io),
  });
  return jsonSchema as JsonSchema;
}

/** Returns the properties of an object; none for another schema. */
export const propertiesOf = (schema: JsonSchema | undefined): Readonly<Record<string, JsonSchema>> =>
  schema?.properties ?? {};

/** Returns the schema of the elements, if a schema is that of a page: `{ items, nextCursor? }`. */
export function elementsOfPage(schema: JsonSchema): JsonSchema | undefined {
  const { items, nextCursor } = propertiesOf(schema);
  return nextCursor ? items?.items : undefined;
}

/** Returns whether objects of a schema are entities, whole or in part: each of its properties is one of the entity. */
export function isOf(entity: JsonSchema, schema: JsonSchema | undefined): boolean {
  const names = Object.keys(propertiesOf(schema));
  return names.includes('id') && names.every((name) => name in propertiesOf(entity));
}
