import { setImmediate } from 'node:timers/promises';
import { type Change, changeKey, type Models } from './change.js';
import { memoryCheckpoints } from './checkpoints.js';
import { type FollowOptions, followStream } from './follow-stream.js';
import { type FeedEvent, type Subscriber, subscriber } from './subscriber.js';

/** The stream and models of a feed, and the limits of its subscribers. */
export interface ChangeFeedOptions<M extends Models>
  extends Omit<FollowOptions<M>, 'onChange' | 'concurrency' | 'checkpoints' | 'from' | 'signal' | 'onStart' | 'onGap'> {
  /** Number of changes to keep for subscribers that reconnect. @default 1000 */
  readonly kept?: number | undefined;
  /** @default 1000 */
  readonly maxSubscribers?: number | undefined;
  /** Number of changes that may wait for a slow subscriber. If there are more, a reset replaces them. @default 100 */
  readonly maxWaiting?: number | undefined;
}

interface SubscribeOptions<C> {
  /** The id of the last event that the subscriber got, to resume after it. */
  readonly after?: string | undefined;
  /** Returns whether the subscriber gets a change. @default all changes */
  wants?(change: C): boolean;
  /** Ends the subscription. */
  readonly signal?: AbortSignal | undefined;
}

/** Passes the changes of a table on to many subscribers, which share one reader. */
export interface ChangeFeed<M extends Models> {
  readonly subscribers: number;
  /**
   * Yields each change at least once, in order for each entity. A subscriber that reconnects may get changes again.
   * @throws TooManySubscribersError, FeedClosedError, the errors of `followStream`
   */
  subscribe(options?: SubscribeOptions<Change<M>>): AsyncGenerator<FeedEvent<Change<M>>, void, undefined>;
  /** Ends the reader, and ends all subscriptions with a FeedClosedError. */
  close(): Promise<void>;
}

/** The feed has reached its limit of subscribers. */
export class TooManySubscribersError extends Error {
  override readonly name = 'TooManySubscribersError';
  readonly code = 'TOO_MANY_SUBSCRIBERS';
  constructor(maxSubscribers: number) {
    super(`The feed already has ${maxSubscribers} subscribers, its limit: try again later`);
  }
}

/** The feed was closed, for example because its process ends. Subscribe to another feed. */
export class FeedClosedError extends Error {
  override readonly name = 'FeedClosedError';
  readonly code = 'FEED_CLOSED';
  constructor() {
    super('The feed of changes was closed: subscribe again');
  }
}

/** Number of subscribers to serve before other work gets a turn. Each takes tens of microseconds. */
const passedAtOnce = 20;

/** Processes read shards at different times, so two changes may arrive in one order here and in another order there. */
const overlapMs = 5_000;

/**
 * Returns a feed of the changes of models. Its reader starts with the first subscriber, and reads the changes from then
 * on.
 */
export function changeFeed<const M extends Models>(options: ChangeFeedOptions<M>): ChangeFeed<M> {
  const { kept = 1000, maxSubscribers = 1000, maxWaiting = 100 } = options;
  const recent: { event: FeedEvent<Change<M>>; receivedAt: number }[] = [];
  const subscribers = new Set<Subscriber<Change<M>>>();
  const closing = new AbortController();
  let reader: Promise<void> | undefined;
  let started: Promise<void> | undefined;
  let resets = 0;

  const resetEvent = (): FeedEvent<Change<M>> => ({ id: `reset-${++resets}` });

  /** Passes a change on to all subscribers, and lets other work run in between. */
  async function publish(change: Change<M>): Promise<void> {
    const event = { id: changeKey(change as Change<Models>), change };
    recent.push({ event, receivedAt: performance.now() });
    if (recent.length > kept) recent.shift();
    let passed = 0;
    for (const one of subscribers) {
      one.push(event);
      if (++passed % passedAtOnce === 0) await setImmediate();
    }
  }

  /** Starts the reader, and resolves once it misses no change. If it fails, the next subscriber starts it again. */
  function start(): Promise<void> {
    started ??= new Promise((resolve, reject) => {
      reader = followStream({
        ...options,
        checkpoints: memoryCheckpoints(),
        from: 'latest',
        signal: closing.signal,
        onStart: resolve,
        onGap: () => {
          recent.length = 0; // who comes back has missed changes too
          for (const one of subscribers) one.reset();
        },
        onChange: publish,
      })
        .then(() => {
          throw new FeedClosedError();
        })
        .catch((error: Error) => {
          started = undefined;
          recent.length = 0;
          reject(error);
          for (const one of subscribers) one.fail(error);
        });
    });
    started.catch(() => {}); // its subscribers may have left
    return started;
  }

  /**
   * Returns the changes after an event, and earlier ones that another process may have sent later. Returns undefined if
   * the event is no longer kept.
   */
  function eventsAfter(id: string): FeedEvent<Change<M>>[] | undefined {
    const last = recent.findLast(({ event }) => event.id === id);
    if (!last) return undefined;
    return recent
      .filter(({ event, receivedAt }) => event !== last.event && receivedAt >= last.receivedAt - overlapMs)
      .map(({ event }) => event);
  }

  async function* subscribe({ after, wants, signal }: SubscribeOptions<Change<M>> = {}) {
    if (closing.signal.aborted) throw new FeedClosedError();
    if (subscribers.size >= maxSubscribers) throw new TooManySubscribersError(maxSubscribers);
    const own = subscriber<Change<M>>({ maxWaiting, wants, signal, resetEvent });
    subscribers.add(own);
    try {
      await Promise.race([start(), own.ended]);
      own.begin((after === undefined ? undefined : eventsAfter(after)) ?? [resetEvent()]);
      yield* own.events();
    } finally {
      subscribers.delete(own);
    }
  }

  return {
    get subscribers() {
      return subscribers.size;
    },
    subscribe,
    close: async () => {
      closing.abort();
      for (const one of subscribers) one.fail(new FeedClosedError());
      await reader;
    },
  };
}
