import { createApiClient } from '@aws-starter-kit/client';
import { consoleUrl } from './console-url.js';
import { errorOfAnswer } from './errors.js';
import { replayedKeys } from './replayed-keys.js';
import type { Session } from './session.js';

/** The options of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * The idempotency key of a mutation: the same one for each retry of the same intent. False for a mutation that takes
   * none, so that it is not retried if it may have been applied.
   * @default a new random key
   */
  readonly key?: string | false | undefined;
  /** How long the call may take, retries included, in milliseconds. @default 15,000 */
  readonly deadlineMs?: number | undefined;
  /** Called before the answer if an earlier attempt with the same key had already been applied. */
  readonly onReplayed?: (() => void) | undefined;
}

/** Calls of the API by path, such as `users.list`. Each is retried and has a deadline, as in `@aws-starter-kit/client`. */
export interface Api {
  readonly query: (path: string, input?: unknown, options?: CallOptions) => Promise<unknown>;
  readonly mutate: (path: string, input: unknown, options?: CallOptions) => Promise<unknown>;
  /** Subscribes to events, and returns the function that ends it. An interrupted subscription resumes by itself. */
  readonly subscribe: (path: string, input: unknown, handlers: SubscriptionHandlers) => () => void;
  /** Reads one of the console's own resources, such as `description`; with a body, sends it by POST. */
  readonly resource: (name: string, options?: { body?: unknown; signal?: AbortSignal | undefined }) => Promise<unknown>;
}

export interface SubscriptionHandlers {
  readonly onData: (data: unknown) => void;
  readonly onStarted?: () => void;
  /** Called when the connection is interrupted (`connecting`) and when it is there again (`pending`). */
  readonly onConnectionStateChange?: (change: { readonly state: 'idle' | 'connecting' | 'pending' }) => void;
  /** Called once, with an error by which the subscription has ended. */
  readonly onError?: (error: unknown) => void;
}

/** Creates the calls of a session. */
export function createApi(session: Session): Api {
  const url = window.location.origin;
  const replayed = replayedKeys();
  const client = createApiClient({ url, token: session.token, fetch: replayed.fetch });
  const optionsOf = ({ signal, key, deadlineMs }: CallOptions) => ({
    ...(signal && { signal }),
    context: { ...(key !== undefined && { idempotencyKey: key }), ...(deadlineMs !== undefined && { deadlineMs }) },
  });
  return {
    query: (path, input, options = {}) => procedureAt(client, path).query(input, optionsOf(options)),
    mutate: async (path, input, options = {}) => {
      const answer = await procedureAt(client, path).mutate(input, optionsOf(options));
      if (options.key && replayed.take(options.key)) options.onReplayed?.();
      return answer;
    },
    subscribe: (path, input, handlers) => {
      let subscription: { unsubscribe(): void } | undefined;
      let isEnded = false;
      const start = async () => {
        const { live } = await import('@aws-starter-kit/client/live');
        if (isEnded) return;
        const withEvents = createApiClient({ url, token: session.token, live });
        subscription = procedureAt(withEvents, path).subscribe(input, handlers);
      };
      start().catch(handlers.onError);
      return () => {
        isEnded = true;
        subscription?.unsubscribe();
      };
    },
    resource: (name, options) => readResource(session, name, options),
  };
}

/** A procedure as the client has it: the description gives its path and input, where other clients have a type. */
interface UntypedProcedure {
  query(input: unknown, options: object): Promise<unknown>;
  mutate(input: unknown, options: object): Promise<unknown>;
  subscribe(input: unknown, handlers: SubscriptionHandlers): { unsubscribe(): void };
}

const procedureAt = (client: object, path: string): UntypedProcedure =>
  path.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], client) as UntypedProcedure;

async function readResource(
  session: Session,
  name: string,
  { body, signal }: { body?: unknown; signal?: AbortSignal | undefined } = {},
): Promise<unknown> {
  const send = (token: string) =>
    fetch(consoleUrl(name), {
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  const token = await session.token();
  let response = await send(token);
  if (response.status === 401) response = await send(await session.token(token));
  if (!response.ok) throw await errorOfAnswer(response);
  return response.json();
}
