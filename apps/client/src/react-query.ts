/**
 * The default options for a `QueryClient`. React Query must not retry: the API client does, and knows which errors are
 * permanent.
 *
 * @example
 * new QueryClient({ defaultOptions: retriedByClient });
 */
export const retriedByClient = { queries: { retry: false }, mutations: { retry: false } } as const;

/**
 * Options of an infinite query for a procedure with pages, in both directions if the procedure has them.
 *
 * @example
 * useInfiniteQuery(trpc.users.list.infiniteQueryOptions({ limit: 20 }, paged));
 */
export const paged = {
  /** Returns the cursor of the next page; undefined after the last one. */
  getNextPageParam: ({ nextCursor }: { nextCursor?: string | undefined }) => nextCursor,
  /** Returns the cursor of the page before; undefined before the first one. */
  getPreviousPageParam: (page: object) => (page as { prevCursor?: string | undefined }).prevCursor,
};
