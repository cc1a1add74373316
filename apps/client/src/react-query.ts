/**
 * Defaults for a `QueryClient`: the client of the API retries by itself, mutations too, and knows which errors last.
 *
 * @example
 * new QueryClient({ defaultOptions: retriedByClient });
 */
export const retriedByClient = { queries: { retry: false }, mutations: { retry: false } } as const;

/**
 * Options for the list of a procedure with pages, in both directions if it has them.
 *
 * @example
 * useInfiniteQuery(trpc.users.list.infiniteQueryOptions({ limit: 20 }, paged));
 */
export const paged = {
  getNextPageParam: ({ nextCursor }: { nextCursor?: string | undefined }) => nextCursor,
  getPreviousPageParam: (page: object) => (page as { prevCursor?: string | undefined }).prevCursor,
};
