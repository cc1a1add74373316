import * as z from 'zod';
import type { Procedure } from './procedures.js';

/** Makes the JSON Schema of what goes in, or of what comes out. */
export type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => object;

/**
 * JSON Schemas, in which an entity has a name: what `getById` of `users` gives is a `User`, wherever it appears. So generated clients
 * have a type for it.
 */
export function namedSchemas(procedures: readonly Procedure[]): { schemaOf: SchemaOf; components: () => object } {
  const names = z.registry<{ id: string }>();
  for (const { path, tag, output } of procedures) {
    if (path === `${tag}.getById` && !names.has(output)) names.add(output, { id: entityName(tag) });
  }
  const components: Record<string, unknown> = {};
  return {
    components: () => components,
    schemaOf(schema, io) {
      const made = z.toJSONSchema(schema, {
        io,
        metadata: names,
        override: ({ jsonSchema }) => simplify(jsonSchema, io),
      });
      // named schemas come beside the one asked for: they move to where OpenAPI has them
      const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
      const { $schema: _, $defs = {}, id, ...rest } = JSON.parse(text) as Record<string, unknown>;
      Object.assign(components, $defs);
      if (typeof id !== 'string') return rest;
      components[id] = rest;
      return { $ref: `#/components/schemas/${id}` };
    },
  };
}

/** `users` → `User`, `orderItems` → `OrderItem`, `categories` → `Category`. */
function entityName(tag: string): string {
  const singular = tag.replace(/ies$/, 'y').replace(/s$/, '');
  return singular.charAt(0).toUpperCase() + singular.slice(1);
}

/**
 * Takes out what other languages cannot do anything with: patterns with properties of Unicode or look-ahead (the formats stay), and
 * for answers the promise that no field is ever added.
 */
function simplify(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  if (schema.pattern !== undefined && (schema.format !== undefined || /\\[pP]\{/.test(schema.pattern)))
    delete schema.pattern;
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
}
