import * as z from 'zod';
import { ClientError, toClientError } from './client-error.js';

/** Text of a query. Half a surrogate pair is no text: DynamoDB refuses whole requests for one. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Surrogate}*$/u, 'Not valid Unicode');

/** DynamoDB takes ids up to 2,048 bytes; past that the model answers "not found" by itself. */
export const id = text(2048);
export const expectedVersion = z.int().min(0).optional();
export const order = z.enum(['asc', 'desc']).optional();

/** `direction` is what tRPC's `useInfiniteQuery` sends along with each cursor; pages only go forward here. */
export const paging = {
  limit: z.int().min(1).max(100).default(20),
  cursor: text(8192)
    .nullish()
    .transform((cursor) => cursor ?? undefined),
  direction: z.enum(['forward', 'backward']).optional(),
};

export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

export const toPage = <T>({ items, cursor }: { items: T[]; cursor?: string }) => ({ items, nextCursor: cursor });

/** @throws ClientError NOT_FOUND */
export function found<T>(value: T | null, entity: string): T {
  if (value === null) throw new ClientError({ code: 'NOT_FOUND', message: `There is no such ${entity}` });
  return value;
}

export const deletedSchema = z.object({ deleted: z.literal(true) });

/** @throws ClientError NOT_FOUND */
export function deleted(existed: boolean, entity: string): z.infer<typeof deletedSchema> {
  found(existed || null, entity);
  return { deleted: true };
}

export const manyIds = z.strictObject({ ids: z.array(id).min(1).max(1000) });
export const manyDeletedSchema = z.object({
  success: z.array(z.string()),
  failed: z.array(z.object({ id: z.string(), code: z.string() })),
});

/** Of each failure the reason where there is one (`OUTCOME_UNKNOWN`), else the code that the same failure of a single call has. */
export function manyDeleted({ success, failed }: { success: string[]; failed: { id: string; error: Error }[] }) {
  const codeOf = (error: Error) => {
    const clientError = toClientError(error);
    return clientError?.details.reason ?? clientError?.code ?? 'INTERNAL_SERVER_ERROR';
  };
  return { success, failed: failed.map(({ id, error }) => ({ id, code: codeOf(error) })) };
}
