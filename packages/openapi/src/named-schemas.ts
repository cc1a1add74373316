import { type Procedure, simplifySchema } from '@aws-starter-kit/procedures';
import pluralize from 'pluralize';
import * as z from 'zod';

/** Returns the JSON Schema of an input or an output. */
export type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => object;

/**
 * Creates JSON Schemas in which entities and filters have names, so that generated clients have types for them: the
 * output of `users.getById` is a `User` wherever it appears, and the filter of `products.list` a `ProductFilter`.
 */
export function namedSchemas(procedures: readonly Procedure[]): { schemaOf: SchemaOf; components: () => object } {
  const names = z.registry<{ id: string }>();
  for (const { path, tag, input, output } of procedures) {
    if (path === `${tag}.getById` && !names.has(output)) names.add(output, { id: entityName(tag) });
    const filter = path === `${tag}.list` ? filterIn(input) : undefined;
    if (filter) names.add(filter, { id: `${entityName(tag)}Filter` });
  }
  const components: Record<string, unknown> = {};
  return {
    components: () => components,
    schemaOf(schema, io) {
      const jsonSchema = z.toJSONSchema(schema, {
        io,
        metadata: names,
        override: ({ jsonSchema }) => simplifySchema(jsonSchema, io),
      });
      // zod puts named schemas beside the requested one, OpenAPI has them in components
      const text = JSON.stringify(jsonSchema).replaceAll('"#/$defs/', '"#/components/schemas/');
      const { $schema: _, $defs = {}, id, ...rest } = JSON.parse(text) as Record<string, unknown>;
      Object.assign(components, $defs);
      if (typeof id !== 'string') return rest;
      components[id] = rest;
      return { $ref: `#/components/schemas/${id}` };
    },
  };
}

/** Returns the schema of the filter that an input has. */
function filterIn(input: unknown): z.core.$ZodType | undefined {
  const object = input instanceof z.ZodPrefault ? input.unwrap() : input;
  const filter: unknown = object instanceof z.ZodObject ? object.shape.filter : undefined;
  return filter instanceof z.ZodOptional ? filter.unwrap() : undefined;
}

/** Names an entity by its router: `users` → `User`, `orderItems` → `OrderItem`. */
function entityName(tag: string): string {
  const singular = pluralize.singular(tag);
  return singular.charAt(0).toUpperCase() + singular.slice(1);
}
