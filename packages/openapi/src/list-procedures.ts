import type { AnyTRPCRouter } from '@trpc/server';
import * as z from 'zod';

export interface Procedure {
  /** Such as `users.create`. */
  path: string;
  /** Its router, such as `users`. */
  tag: string;
  type: 'query' | 'mutation';
  /** From its metadata. */
  description: string | undefined;
  /** Undefined if it has no input. */
  input: z.ZodType | undefined;
  output: z.ZodType;
  /** The permission that a caller needs. */
  needs: string | undefined;
  /** The field of the input that names a user. That user needs no permission. */
  orOwn: string | undefined;
  /** True for a mutation that takes an idempotency key. */
  takesKey: boolean;
}

const schema = z.instanceof(z.ZodType);

/** The part of tRPC's definition of a procedure that a document needs. */
const definition = z.object({
  type: z.enum(['query', 'mutation'], 'only queries and mutations'),
  inputs: z.array(schema).max(1, 'one input schema'),
  output: schema,
  meta: z
    .object({
      description: z.string().optional(),
      needs: z.string().optional(),
      orOwn: z.string().optional(),
      isIdempotent: z.boolean().optional(),
    })
    .optional(),
});

export interface ListOptions {
  /** The output of procedures that declare none. @default none: such a procedure is an error */
  defaultOutput?: z.ZodType | undefined;
}

/**
 * Lists the queries and mutations of a router, in order. Subscriptions are left out.
 * @throws Error if a procedure cannot be described
 */
export function listProcedures(router: AnyTRPCRouter, { defaultOutput }: ListOptions = {}): Procedure[] {
  return Object.entries(router._def.procedures).flatMap(([path, procedure]) => {
    const { _def: declared } = Object(procedure);
    if (declared?.type === 'subscription') return [];
    const parsed = definition.safeParse({ ...declared, output: declared?.output ?? defaultOutput });
    if (!parsed.success) {
      const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw new Error(`Procedure ${path} cannot be described (${reasons})`);
    }
    const { type, inputs, output, meta } = parsed.data;
    const input = inputs[0] instanceof z.ZodVoid ? undefined : inputs[0];
    const tag = path.split('.').slice(0, -1).join('.') || path;
    const takesKey = type === 'mutation' && meta?.isIdempotent !== true;
    const { description, needs, orOwn } = meta ?? {};
    return { path, tag, type, description, input, output, needs, orOwn, takesKey };
  });
}
