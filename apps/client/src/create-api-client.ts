import { createTRPCClient, httpBatchLink, type TRPCClient, type TRPCLink } from '@trpc/client';
import type { AppRouter, MaxBatchSize } from './api-types.js';
import { apiUrl } from './api-url.js';

/** A typed client of the API: `api.users.getById.query({ id })`. */
export type ApiClient = TRPCClient<AppRouter>;

export interface ApiClientOptions {
  /** Where the API answers, such as `http://127.0.0.1:3000`. `/trpc` is added unless it is there. */
  url: string | URL;
  /** Sent with each request as `Authorization: Bearer …`; a function is asked anew each time. */
  token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  /** Further headers of each request. */
  headers?: Record<string, string>;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** tRPC links that see each call before it is sent: logging, measuring, tracing. */
  links?: readonly TRPCLink<AppRouter>[];
}

/** Calls in one HTTP request; the server refuses more. Its number is a type here, so that the client imports no server code. */
const maxItems: MaxBatchSize = 20;

/**
 * A typed client of the API. Calls made in the same tick are sent as one HTTP request.
 *
 * A refused call rejects with a `TRPCClientError`, whose `data` says why: see `isApiError`. Nothing is repeated:
 * whether a write whose answer was lost is sent again is the caller's decision.
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { url, token, headers, fetch, links = [] } = options;
  const batchLink = httpBatchLink<AppRouter>({
    url: apiUrl(url, '/trpc'),
    headers: async () => {
      const bearer = typeof token === 'function' ? await token() : token;
      return { ...headers, ...(bearer && { authorization: `Bearer ${bearer}` }) };
    },
    maxItems,
    methodOverride: 'POST', // inputs hold addresses, and URLs end up in logs; nor is a body limited to 16 KB
    ...(fetch && { fetch: (input, init) => fetch(input, init as RequestInit) }),
  });
  return createTRPCClient<AppRouter>({ links: [...links, batchLink] });
}
