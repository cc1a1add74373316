import type { BaseModel } from '@aws-starter-kit/dynamo';
import type { FeedEvent } from '@aws-starter-kit/streams';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import * as z from 'zod';
import type { Actor } from '../auth/jwt-authentication.js';
import { ClientError } from '../errors/client-error.js';
import type { SubscriptionLimit } from './subscription-limit.js';

/**
 * Returns the schema of what a subscriber gets. `reset`: changes may have been missed, so read again what you show. Each
 * subscription begins with it, unless it continues. A change may come twice: `version` tells.
 */
export function liveEventOf<S extends z.ZodType>(entity: S) {
  const common = { id: z.string(), version: z.int() };
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('reset') }),
    z.object({ type: z.enum(['created', 'updated']), ...common, entity }),
    z.object({ type: z.enum(['deleted', 'expired']), ...common }),
  ]);
}

/** The input of a subscription: tRPC's client adds the id of the last event when it comes back. */
export const liveInput = z.strictObject({ lastEventId: z.string().max(300).nullish() }).optional();

/** A change of any model. */
interface LiveChange {
  readonly model: string;
  readonly type: 'created' | 'updated' | 'deleted' | 'expired';
  readonly id: string;
  readonly version: number;
  readonly before?: BaseModel | undefined;
  readonly after?: BaseModel | undefined;
}

/** The changes of all models: a `changeFeed` of `@aws-starter-kit/streams`. */
export interface LiveFeed {
  subscribe(options: {
    after?: string | undefined;
    wants?(change: LiveChange): boolean;
    signal?: AbortSignal | undefined;
  }): AsyncGenerator<FeedEvent<LiveChange>, void, undefined>;
  close(): Promise<void>;
}

/** What the context of a call knows about live changes. */
export interface LiveContext {
  readonly live: LiveFeed | undefined;
  readonly subscriptions: SubscriptionLimit;
  readonly actor: Actor;
}

interface LiveOptions<S extends z.ZodType> {
  /** The name of the model in the feed. */
  readonly model: string;
  /** The schema of an event: `liveEventOf(userSchema)`. */
  readonly output: S;
  /** An attribute that each entity must have, such as that of the scope. */
  readonly within?: { readonly field: string; readonly id: string } | undefined;
  readonly input: z.infer<typeof liveInput>;
  /** Ends the subscription: its client has left. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Returns the changes of a model as a subscription, until its client leaves or its token expires.
 * @throws ClientError PRECONDITION_FAILED without a stream, TOO_MANY_REQUESTS past the limits, UNAUTHORIZED when the token
 * expires, SERVICE_UNAVAILABLE when the process ends
 */
export async function* liveChanges<S extends z.ZodType>(
  { live, subscriptions, actor }: LiveContext,
  { model, output, within, input, signal }: LiveOptions<S>,
): AsyncGenerator<TrackedEnvelope<z.output<S>>, void, undefined> {
  if (!live) throw new ClientError({ code: 'PRECONDITION_FAILED', message: 'This API has no live changes' });
  const leave = subscriptions.enter(actor);
  const ended = new AbortController();
  const end = () => ended.abort();
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  const expiry = expiryOf(actor, end);
  const belongs = (entity: BaseModel | undefined) =>
    entity !== undefined && (!within || (entity as unknown as Record<string, unknown>)[within.field] === within.id);
  const wants = (change: LiveChange) => change.model === model && (belongs(change.after) || belongs(change.before));
  try {
    const after = input?.lastEventId ?? undefined;
    for await (const { id, change } of live.subscribe({ after, wants, signal: ended.signal }))
      yield tracked(id, change ? eventOf(change, output, belongs(change.after)) : output.parse({ type: 'reset' }));
    if (!signal?.aborted) throw expired();
  } finally {
    expiry.cancel();
    signal?.removeEventListener('abort', end);
    leave();
  }
}

/** Events by schema and change: all subscribers of a change get the same one. */
const events = new WeakMap<z.ZodType, WeakMap<LiveChange, unknown>>();

/** Returns a change for clients. An entity that leaves the scope is deleted to those who see the scope alone. */
function eventOf<S extends z.ZodType>(change: LiveChange, output: S, isVisible: boolean): z.output<S> {
  const { type, id, version, after } = change;
  if (!isVisible || type === 'deleted' || type === 'expired')
    return output.parse({ type: type === 'expired' ? type : 'deleted', id, version });
  const known = events.get(output) ?? new WeakMap<LiveChange, unknown>();
  events.set(output, known);
  const event = known.get(change) ?? parsedEvent({ type, id, version, entity: after }, output);
  known.set(change, event);
  return event as z.output<S>;
}

/** Returns an event as its schema has it. An entity that does not fit is left out, so that the changes after it arrive. */
function parsedEvent<S extends z.ZodType>(
  event: { readonly type: string; readonly entity: unknown } & Pick<LiveChange, 'id' | 'version'>,
  output: S,
): z.output<S> {
  const parsed = output.safeParse(event);
  if (parsed.success) return parsed.data;
  process.emitWarning(`A change (${event.type}) does not fit the schema of its subscription: subscribers get a reset`);
  return output.parse({ type: 'reset' });
}

const longestTimerMs = 2 ** 31 - 1;

/** Calls back when the token of a caller expires, which nobody checks again while a subscription runs. */
function expiryOf({ claims }: Actor, onExpired: () => void): { cancel(): void } {
  const leftMs = Number(claims.exp) * 1000 - Date.now();
  const timer = setTimeout(onExpired, Math.min(Math.max(leftMs, 0), longestTimerMs));
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}

const expired = () =>
  new ClientError({ code: 'UNAUTHORIZED', message: 'The token has expired', reason: 'INVALID_TOKEN' });
