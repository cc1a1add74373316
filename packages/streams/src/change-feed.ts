import { setImmediate } from 'node:timers/promises';
import { type Change, changeKey, type Models } from './change.js';
import { memoryCheckpoints } from './checkpoints.js';
import { type FollowOptions, followStream } from './follow-stream.js';
import { type FeedEvent, type Subscriber, subscriber } from './subscriber.js';

export interface ChangeFeedOptions<M extends Models>
  extends Omit<FollowOptions<M>, 'onChange' | 'concurrency' | 'checkpoints' | 'from' | 'signal' | 'onStart' | 'onGap'> {
  /** The number of changes that are kept for subscribers that come back. @default 1000 */
  readonly kept?: number | undefined;
  /** @default 1000 */
  readonly maxSubscribers?: number | undefined;
  /** The number of changes that may wait for a slow subscriber. Past it, they are dropped, and it gets a reset. @default 100 */
  readonly maxWaiting?: number | undefined;
}

interface SubscribeOptions<C> {
  /** The id of the last event that the subscriber got. */
  readonly after?: string | undefined;
  /** Chooses the changes that the subscriber gets. @default all */
  wants?(change: C): boolean;
  /** Ends the subscription. */
  readonly signal?: AbortSignal | undefined;
}

/** Passes the changes of a table on to many subscribers, with one reader for all of them. */
export interface ChangeFeed<M extends Models> {
  readonly subscribers: number;
  /**
   * Returns changes as they are made: at least once, and in order for each entity. A change may come again after a subscriber has come back.
   * @throws TooManySubscribersError, FeedClosedError, the errors of `followStream`
   */
  subscribe(options?: SubscribeOptions<Change<M>>): AsyncGenerator<FeedEvent<Change<M>>, void, undefined>;
  /** Ends the reader, and all subscriptions with a FeedClosedError. */
  close(): Promise<void>;
}

/** The feed has as many subscribers as it takes. */
export class TooManySubscribersError extends Error {
  override readonly name = 'TooManySubscribersError';
  readonly code = 'TOO_MANY_SUBSCRIBERS';
  constructor(maxSubscribers: number) {
    super(`The feed has ${maxSubscribers} subscribers already`);
  }
}

/** The feed was closed, such as for the end of its process: subscribe to another one. */
export class FeedClosedError extends Error {
  override readonly name = 'FeedClosedError';
  readonly code = 'FEED_CLOSED';
  constructor() {
    super('The feed of changes was closed');
  }
}

/** To pass a change on to a subscriber takes tens of microseconds, in their consumers. */
const passedAtOnce = 20;

/** Processes read the shards at different times: what one got before an event may come after it in another. */
const overlapMs = 5_000;

/** Returns a feed of the changes of models. Its reader starts with the first subscriber, and begins with the changes made from then on. */
export function changeFeed<const M extends Models>(options: ChangeFeedOptions<M>): ChangeFeed<M> {
  const { kept = 1000, maxSubscribers = 1000, maxWaiting = 100 } = options;
  const recent: { event: FeedEvent<Change<M>>; receivedAt: number }[] = [];
  const subscribers = new Set<Subscriber<Change<M>>>();
  const closing = new AbortController();
  let reader: Promise<void> | undefined;
  let started: Promise<void> | undefined;
  let resets = 0;

  const resetEvent = (): FeedEvent<Change<M>> => ({ id: `reset-${++resets}` });

  /** Passes a change on. Between some subscribers and others, the process does what else it has to do. */
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

  /** Resolves when no change is missed any more. A reader that fails is started again by the next subscriber. */
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

  /** Returns the changes after an event, and those that another process may have passed on before it; undefined if the event is not kept. */
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
