import type * as z from 'zod';

/**
 * Removes patterns with Unicode properties, which other languages may not support, and patterns of formats, which the
 * format describes. Outputs may gain fields, and have no defaults: those are for stored values that do not fit.
 */
export function simplifySchema(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  if (schema.pattern !== undefined && (schema.format !== undefined || /\\[pP]\{/.test(schema.pattern)))
    delete schema.pattern;
  if (io === 'input') return;
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  delete schema.default;
}
