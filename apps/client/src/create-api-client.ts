import { createTRPCClient, httpBatchLink, type TRPCClient, type TRPCLink } from '@trpc/client';
import type { AppRouter, MaxBatchSize } from './api-types.js';
import { apiUrl } from './api-url.js';

/** A typed client of the API: `api.users.getById.query({ id })`. */
export type ApiClient = TRPCClient<AppRouter>;

export interface ApiClientOptions {
  /** The URL of the API, such as `http://127.0.0.1:3000`. `/trpc` is appended if it is missing. */
  url: string | URL;
  /** Sent with each request as `Authorization: Bearer …`. A function is called for each request. */
  token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  /** Additional headers of each request. */
  headers?: Record<string, string>;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** tRPC links that handle each call before it is sent, for logging, metrics or tracing. */
  links?: readonly TRPCLink<AppRouter>[];
}

/** The largest batch that the server accepts. `MaxBatchSize` is a type, so the client imports no server code. */
const maxItems: MaxBatchSize = 20;

/**
 * Creates a typed client of the API. Calls made in the same tick are sent as one HTTP request.
 *
 * A failed call throws an `ApiError`, whose `data` says why. Nothing is retried: if the answer to a write is lost, the
 * caller decides whether to send it again.
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
    methodOverride: 'POST', // inputs contain emails, and URLs end up in logs; URLs are limited to 16 KB, bodies are not
    ...(fetch && { fetch: (input, init) => fetch(input, init as RequestInit) }),
  });
  return createTRPCClient<AppRouter>({ links: [...links, batchLink] });
}
