import * as z from 'zod';

/** The parts of a JSON Schema that other schemas are derived from. */
export interface Description {
  type?: string;
  enum?: readonly string[];
  items?: Description;
  additionalProperties?: Description | boolean;
}

/** Describes the values that callers give, since a transformation has no description of its result. */
export const describeField = (field: z.ZodType): Description => z.toJSONSchema(field, { io: 'input' }) as Description;
