import * as z from 'zod';
import { ClientError, toClientError } from '../errors/client-error.js';

/** Text of a query. A lone surrogate is rejected: DynamoDB rejects the whole request for one. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Surrogate}*$/u, 'Not valid Unicode');

/** DynamoDB's ids have at most 2,048 bytes; the model answers "not found" for longer ones. */
export const id = text(2048);
export const expectedVersion = z.int().min(0).optional();
export const order = z.enum(['asc', 'desc']).optional();

/** tRPC's `useInfiniteQuery` sends `direction` with each cursor. Lists of users only go forward. */
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

/** The input of a list that can be filtered and read in both directions. */
export const listInput = <F extends z.ZodType>(filter: F) =>
  z.strictObject({ ...paging, order, filter: filter.optional() });

/** How many entities a page of a filtered list may read: 1,000 of 0.3 KB cost about 40 units. */
const maxScanned = 1000;

interface ListInput<F> {
  limit: number;
  cursor?: string | undefined;
  direction?: 'forward' | 'backward' | undefined;
  order?: 'asc' | 'desc' | undefined;
  filter?: F | undefined;
}

/** Returns the options of a service's list. With `direction: 'backward'`, `cursor` is the `prevCursor` of a page. */
export function listOptions<F>({ limit, cursor, direction, order, filter }: ListInput<F>) {
  const position = direction === 'backward' ? { before: cursor } : { cursor };
  return { limit, order, ...position, ...(filter !== undefined && { filter, maxScanned }) };
}

export const listPageOf = <S extends z.ZodType>(item: S) => pageOf(item).extend({ prevCursor: z.string().optional() });

export const toListPage = <T>({ start, ...page }: { items: T[]; cursor?: string; start?: string }) => ({
  ...toPage(page),
  prevCursor: start,
});

/** @throws ClientError NOT_FOUND */
export function found<T>(value: T | null, entity: string): T {
  if (value === null) throw new ClientError({ code: 'NOT_FOUND', message: `There is no such ${entity}` });
  return value;
}

/** The largest count that is exact: reading that many entities of 0.3 KB costs about 400 units. */
const maxCount = 10_000;
/** Where a count stops: one further, to know whether there are more. */
export const atMost = maxCount + 1;
export const countSchema = z.object({ count: z.int(), isExact: z.boolean() });

/** Returns a count that went up to `atMost`. */
export const counted = (count: number): z.infer<typeof countSchema> =>
  count > maxCount ? { count: maxCount, isExact: false } : { count, isExact: true };

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

/**
 * Returns the outcome of a batch: each failure with its reason, such as `OUTCOME_UNKNOWN`, or else the code that a
 * single call would fail with.
 */
export function manyDeleted({ success, failed }: { success: string[]; failed: { id: string; error: Error }[] }) {
  const codeOf = (error: Error) => {
    const clientError = toClientError(error);
    return clientError?.details.reason ?? clientError?.code ?? 'INTERNAL_SERVER_ERROR';
  };
  return { success, failed: failed.map(({ id, error }) => ({ id, code: codeOf(error) })) };
}
