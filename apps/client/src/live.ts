import { httpSubscriptionLink, type Operation, TRPCClientError } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EventSource } from 'eventsource';
import type { ApiError } from './api-error.js';
import type { AppRouter } from './api-types.js';
import type { LiveLink, LiveOptions } from './create-api-client.js';

const firstPauseMs = 500;
const longestPauseMs = 30_000;
const shortestSuccessMs = 5_000;
/** Number of new tokens to request in a row before an UNAUTHORIZED is permanent. */
const mostRenewals = 2;

/**
 * The link for subscriptions: `createApiClient({ url, live })`. An interrupted subscription resumes after its last
 * event, until its caller ends it or the API rejects it permanently.
 */
export const live: LiveLink = (options) => {
  const connect = httpSubscriptionLink<AppRouter, typeof EventSource>({
    url: options.url,
    EventSource, // the EventSource of browsers sends no headers, and Node 20 has none
    eventSourceOptions: ({ op }) => ({ fetch: (url, init) => connectTo(url, init, op, options) }),
  });
  return (runtime) => {
    const subscribe = connect(runtime);
    return ({ op, next }) =>
      observable((observer) => {
        const connection: Connection = {};
        connections.set(op.context, connection);
        let lastEventId: string | undefined;
        let failures = 0;
        let renewals = 0;
        let startedAt = Number.POSITIVE_INFINITY;
        let timer: ReturnType<typeof setTimeout> | undefined;
        let inner: { unsubscribe(): void };

        function start(): void {
          const input = lastEventId === undefined ? op.input : { ...(op.input as object), lastEventId };
          inner = subscribe({ op: { ...op, input }, next }).subscribe({
            next: (envelope) => {
              const { result } = envelope;
              if (result.type === 'started') startedAt = performance.now();
              if ((result.type === undefined || result.type === 'data') && result.id) lastEventId = result.id;
              observer.next(envelope);
            },
            error: (error) => {
              const pauseMs = nextPauseMs(error);
              if (pauseMs === undefined) observer.error(connection.error ?? error);
              else timer = setTimeout(start, pauseMs);
            },
            complete: () => observer.complete(),
          });
        }
        /** Returns undefined for a permanent error. A connection that lasted a while counts as a success. */
        function nextPauseMs({ data }: TRPCClientError<AppRouter>): number | undefined {
          const { code, httpStatus: status = 503 } = data ?? connection.error?.data ?? {};
          if (performance.now() - startedAt > shortestSuccessMs) [failures, renewals] = [0, 0];
          startedAt = Number.POSITIVE_INFINITY;
          failures++;
          if (code === 'UNAUTHORIZED') {
            if (++renewals > mostRenewals || !options.tokens.reject(connection.token)) return undefined;
            return renewals === 1 ? 0 : firstPauseMs * renewals;
          }
          if (status < 500 && status !== 429 && status !== 408) return undefined;
          return Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
        }
        start();
        return () => {
          clearTimeout(timer);
          inner.unsubscribe();
        };
      });
  };
};

/** The state that the request of a subscription shares with its link. */
interface Connection {
  token?: string | undefined;
  /** The error of the last answer, if the API rejected the request. */
  error?: TRPCClientError<AppRouter> | undefined;
}

/** Connections by the context of their operations. */
const connections = new WeakMap<object, Connection>();

type Fetch = NonNullable<NonNullable<ConstructorParameters<typeof EventSource>[1]>['fetch']>;

async function connectTo(
  url: Parameters<Fetch>[0],
  init: Parameters<Fetch>[1],
  { context }: Operation,
  { tokens, headers, fetch = globalThis.fetch }: LiveOptions,
) {
  const token = await tokens.read();
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, {
    ...(init as RequestInit),
    headers: { ...init.headers, ...headers, ...authorization },
  });
  const connection = connections.get(context) ?? {};
  connection.token = token;
  connection.error = response.ok ? undefined : await rejectionOf(response.clone());
  return response;
}

/** Returns the API's error in an answer; undefined if the answer is not from the API. */
const rejectionOf = (response: Response) =>
  response.json().then(
    (body: unknown) => (hasError(body) ? TRPCClientError.from<AppRouter>(body) : undefined),
    () => undefined,
  );

const hasError = (body: unknown): body is { error: ErrorShape } =>
  typeof body === 'object' && body !== null && 'error' in body;

type ErrorShape = ApiError['shape'];
