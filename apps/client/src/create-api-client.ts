import {
  createTRPCClient,
  httpBatchLink,
  type Operation,
  splitLink,
  type TRPCClient,
  type TRPCLink,
} from '@trpc/client';
import type { AppRouter, MaxBatchSize } from './api-types.js';
import { apiUrl } from './api-url.js';
import { attempts, retryLink } from './retry-link.js';
import { type Token, type TokenSource, tokenSource } from './token-source.js';

/** A typed client of the API: `api.users.getById.query({ id })`. */
export type ApiClient = TRPCClient<AppRouter>;

/** Where the API is, and how to call it. */
export interface ApiClientOptions {
  /** The URL of the API, such as `http://127.0.0.1:3000`. `/trpc` is appended if it is missing. */
  url: string | URL;
  /**
   * Sent with each request as `Authorization: Bearer …`. A function is called for each request. After the API has
   * rejected a token, it is called with that token, to return a new one.
   */
  token?: Token;
  /** How long a call may take, retries included, in milliseconds. @default 15,000 */
  deadlineMs?: number | undefined;
  /** False: each call is sent once, and mutations have no generated idempotency key. @default true */
  retries?: boolean | undefined;
  /** Additional headers of each request. */
  headers?: Record<string, string>;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** The link for subscriptions: `live` of `@aws-starter-kit/client/live`. @default none */
  live?: LiveLink;
  /** tRPC links that handle each call before it is sent, for logging, metrics or tracing. They see no retries. */
  links?: readonly TRPCLink<AppRouter>[];
}

/** The options of the link for subscriptions. */
export interface LiveOptions {
  readonly url: string;
  readonly tokens: TokenSource;
  readonly headers: Record<string, string> | undefined;
  readonly fetch: typeof globalThis.fetch | undefined;
}

/** Creates the link for subscriptions. */
export type LiveLink = (options: LiveOptions) => TRPCLink<AppRouter>;

/** The largest batch that the server accepts. `MaxBatchSize` is a type, so the client imports no server code. */
const maxItems: MaxBatchSize = 20;

/**
 * Creates a typed client of the API. Calls made in the same tick are sent as one HTTP request.
 *
 * If a call gets no answer, or the answer that the API is busy, the client retries it until the call's deadline. The
 * API applies a mutation once, since all its attempts have one `Idempotency-Key`. A failed call throws an `ApiError`,
 * whose `data` says why.
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { url, token, deadlineMs = 15_000, retries = true, headers, fetch, live = noLive, links = [] } = options;
  const tokens = tokenSource(token);
  const batchLink = httpBatchLink<AppRouter>({
    url: apiUrl(url, '/trpc'),
    headers: async ({ opList }) => {
      const own = opList.flatMap(({ context }) => attempts.get(context) ?? []);
      const bearer = await tokens.read().catch((error) => {
        for (const attempt of own) attempt.isUnsent = true;
        throw error;
      });
      for (const attempt of own) attempt.token = bearer;
      const keys = idempotencyKeys(opList);
      return {
        ...headers,
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(keys && { 'idempotency-key': keys }),
      };
    },
    maxItems,
    methodOverride: 'POST', // inputs contain emails, and URLs end up in logs; URLs are limited to 16 KB, bodies are not
    ...(fetch && { fetch: (input, init) => fetch(input, init as RequestInit) }),
  });
  return createTRPCClient<AppRouter>({
    links: [
      ...links,
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: live({ url: apiUrl(url, '/trpc'), tokens, headers, fetch }),
        false: [retryLink({ deadlineMs, retries, tokens }), batchLink],
      }),
    ],
  });
}

/**
 * Returns the header of a request with the key of each call and the time of its attempt, `at`; undefined if no call has
 * a key.
 */
function idempotencyKeys(calls: readonly Operation[]): string | undefined {
  const keys = calls.map(({ context }) => {
    const { idempotencyKey: key } = context;
    return key ? `"${key}";at=${attempts.get(context)?.sentAt}` : '""';
  });
  return keys.every((key) => key === '""') ? undefined : keys.join(', ');
}

const noLive: LiveLink = () => () => () => {
  throw new TypeError(
    'This client has no link for subscriptions: import live from @aws-starter-kit/client/live, and pass it to createApiClient({ live })',
  );
};
