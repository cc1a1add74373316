import type { AnyTRPCRouter } from '@trpc/server';
import * as z from 'zod';

export interface Procedure {
  /** Such as `users.create`. */
  path: string;
  /** The router that it stands in, such as `users`. */
  tag: string;
  type: 'query' | 'mutation';
  /** Undefined: it takes nothing. */
  input: z.ZodType | undefined;
  output: z.ZodType;
  /** What its callers must be allowed to do. */
  needs: string | undefined;
  /** The field of the input that names a user, who needs no permission. */
  orOwn: string | undefined;
}

const schema = z.instanceof(z.ZodType);

/** What tRPC keeps of a procedure, as far as a document needs it. */
const definition = z.object({
  type: z.enum(['query', 'mutation'], 'only queries and mutations'),
  inputs: z.array(schema).max(1, 'one input schema'),
  output: schema,
  meta: z.object({ needs: z.string().optional(), orOwn: z.string().optional() }).optional(),
});

/** All procedures of a router, in its order. @throws where one cannot be described, with what can be */
export function procedures(router: AnyTRPCRouter): Procedure[] {
  return Object.entries(router._def.procedures).map(([path, procedure]) => {
    const read = definition.safeParse(Object(procedure)._def);
    if (!read.success) {
      const wrong = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw new Error(`Procedure ${path} cannot be described (${wrong})`);
    }
    const { type, inputs, output, meta } = read.data;
    const input = inputs[0] instanceof z.ZodVoid ? undefined : inputs[0];
    const tag = path.split('.').slice(0, -1).join('.') || path;
    return { path, tag, type, input, output, needs: meta?.needs, orOwn: meta?.orOwn };
  });
}
