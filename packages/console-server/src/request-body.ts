import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Reject } from './rejection.js';

/**
 * Returns the body of a request, which the API leaves as text.
 * @throws the error of `reject`, with messages by field
 */
export function bodyOf<T>({ body }: FastifyRequest, schema: z.ZodType<T>, reject: Reject): T {
  const parsed = schema.safeParse(jsonIn(body));
  if (parsed.success) return parsed.data;
  const { fieldErrors, formErrors } = z.flattenError(parsed.error);
  const byField = Object.entries(fieldErrors as Record<string, string[]>);
  throw reject({
    code: 'BAD_REQUEST',
    message: 'The input is not valid',
    fieldErrors: Object.fromEntries(formErrors.length > 0 ? [['input', formErrors], ...byField] : byField),
  });
}

function jsonIn(body: unknown): unknown {
  if (typeof body !== 'string' || body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
