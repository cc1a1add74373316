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
  /** The field of the input that names a scope, such as `organisationId`. */
  within: string | undefined;
  /** True for a mutation that takes an idempotency key. */
  takesKey: boolean;
}

/** A subscription, as far as its metadata and input go. */
export interface Subscription extends Pick<Procedure, 'path' | 'tag' | 'needs' | 'within'> {
  /** Undefined if it has no input. */
  input: z.ZodType | undefined;
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
      within: z.string().optional(),
      isIdempotent: z.boolean().optional(),
    })
    .optional(),
});

export interface ListOptions {
  /** The output of procedures that declare none. @default none: such a procedure is an error */
  defaultOutput?: z.ZodType | undefined;
  /** Called in place of throwing, for a procedure that is left out of the list. */
  onProblem?: ((message: string) => void) | undefined;
}

/**
 * Lists the queries and mutations of a router, in order. Subscriptions are left out.
 * @throws Error if a procedure cannot be described
 */
export function listProcedures(router: AnyTRPCRouter, { defaultOutput, onProblem }: ListOptions = {}): Procedure[] {
  return Object.entries(router._def.procedures).flatMap(([path, procedure]) => {
    const { _def: declared } = Object(procedure);
    if (declared?.type === 'subscription') return [];
    const parsed = definition.safeParse({ ...declared, output: declared?.output ?? defaultOutput });
    if (!parsed.success) {
      const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      const message = `Procedure ${path} cannot be described (${reasons})`;
      if (!onProblem) throw new Error(message);
      onProblem(message);
      return [];
    }
    const { type, inputs, output, meta } = parsed.data;
    const input = inputOf(inputs);
    const tag = tagOf(path);
    const takesKey = type === 'mutation' && meta?.isIdempotent !== true;
    const { description, needs, orOwn, within } = meta ?? {};
    return { path, tag, type, description, input, output, needs, orOwn, within, takesKey };
  });
}

/** Lists the subscriptions of a router, in order. */
export function listSubscriptions(router: AnyTRPCRouter): Subscription[] {
  return Object.entries(router._def.procedures).flatMap(([path, procedure]) => {
    const { _def: declared } = Object(procedure);
    const parsed = subscription.safeParse(declared);
    if (!parsed.success) return [];
    const { inputs, meta } = parsed.data;
    const { needs, within } = meta ?? {};
    return { path, tag: tagOf(path), input: inputOf(inputs), needs, within };
  });
}

const subscription = definition.pick({ inputs: true, meta: true }).extend({ type: z.literal('subscription') });

const inputOf = ([input]: readonly z.ZodType[]) => (input instanceof z.ZodVoid ? undefined : input);
const tagOf = (path: string) => path.split('.').slice(0, -1).join('.') || path;
