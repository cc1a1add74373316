import { QueryCache, QueryClient } from '@tanstack/react-query';

/** Creates the cache of answers. React Query must not retry: the API client does, and knows which errors are permanent. */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache(),
    defaultOptions: {
      queries: { retry: false, staleTime: 10_000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
