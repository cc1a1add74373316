import * as z from 'zod';

/** What a schema says about stored entities. */
export interface Rules {
  /** Returns the problems of an entity's fields, one line each and without values. */
  problems: (entity: object) => string[];
  /** Returns the defaults of the fields that an entity lacks. */
  defaults: (entity: object) => Record<string, unknown>;
}

/** Returns the rules that a schema of new entities has for stored ones, which have other attributes too. */
export function rulesOf(schema: z.ZodObject): Rules {
  const fields = schema.strip();
  const withDefault = Object.entries(schema.shape).filter(([, field]) => field instanceof z.ZodDefault);
  return {
    problems(entity) {
      const issues = fields.safeParse(entity).error?.issues ?? [];
      return issues.map(({ path, message }) => `${path.map(String).join('.') || 'item'}: ${message}`);
    },
    defaults(entity) {
      const missing = withDefault.filter(([name]) => Reflect.get(entity, name) === undefined);
      return Object.fromEntries(missing.map(([name, field]) => [name, z.parse(field, undefined)]));
    },
  };
}
