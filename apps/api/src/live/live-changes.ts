import type { BaseModel } from '@aws-starter-kit/dynamo/model';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import * as z from 'zod';
import type { Actor } from '../auth/jwt-authentication.js';
import { ClientError } from '../errors/client-error.js';
import type { SubscriptionLimit } from './subscription-limit.js';

/**
 * Returns the schema of the events of a subscription. `reset` means that changes may have been missed: reload the data
 * that you show. Each subscription begins with a reset, unless it resumes. A change may be delivered twice, with the
 * same `version`.
 */
export function liveEventOf<S extends z.ZodType>(entity: S) {
  const common = { id: z.string(), version: z.int() };
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('reset') }),
    z.object({ type: z.enum(['created', 'updated']), ...common, entity }),
    z.object({ type: z.enum(['deleted', 'expired']), ...common }),
  ]);
}

/** The field of a subscription's input to which tRPC's client adds the id of the last event when it comes back. */
export const lastEventId = z.string().max(300).nullish();

/** The input of a subscription. When tRPC's client reconnects, it adds the id of the last event. */
export const liveInput = z.strictObject({ lastEventId }).optional();

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
  }): AsyncGenerator<{ readonly id: string; readonly change?: LiveChange }, void, undefined>;
  close(): Promise<void>;
}

/** The part of a call's context that live changes use. */
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
  /** Selects the entities with this value of an attribute, such as those of one scope. */
  readonly within?: { readonly field: string; readonly id: string } | undefined;
  readonly input: z.infer<typeof liveInput>;
  /** Ends the subscription, once its client has disconnected. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Yields the changes of a model to a subscriber, until the client disconnects or its token expires.
 * @throws ClientError PRECONDITION_FAILED without a feed, TOO_MANY_REQUESTS past the limits, UNAUTHORIZED when the
 *   token expires, SERVICE_UNAVAILABLE when the process ends
 */
export async function* liveChanges<S extends z.ZodType>(
  { live, subscriptions, actor }: LiveContext,
  { model, output, within, input, signal }: LiveOptions<S>,
): AsyncGenerator<TrackedEnvelope<z.output<S>>, void, undefined> {
  if (!live)
    throw new ClientError({ code: 'PRECONDITION_FAILED', message: 'This API has no live changes: it reads no stream' });
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

/** Parsed events by schema and change, since all subscribers get the same event. */
const events = new WeakMap<z.ZodType, WeakMap<LiveChange, unknown>>();

/** Returns the event for a change. An entity that leaves the scope counts as deleted for subscribers of that scope. */
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

/** Calls back when the caller's token expires, since no request checks it while the subscription runs. */
function expiryOf({ claims }: Actor, onExpired: () => void): { cancel(): void } {
  const leftMs = Number(claims.exp) * 1000 - Date.now();
  const timer = setTimeout(onExpired, Math.min(Math.max(leftMs, 0), longestTimerMs));
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}

const expired = () =>
  new ClientError({ code: 'UNAUTHORIZED', message: 'The token has expired', reason: 'INVALID_TOKEN' });
