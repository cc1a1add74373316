/**
 * A change or a reset. A reset has no change, and means that changes may have been missed: reload the data that you
 * show. Each subscription begins with a reset, unless it resumes.
 */
export interface FeedEvent<C> {
  /** The id of the event. A subscriber resumes after the id of its last event. */
  readonly id: string;
  readonly change?: C;
}

/** One subscriber of a feed, with its queue of events. */
export interface Subscriber<C> {
  /** Adds an event to the queue. If the queue is full, a reset replaces all events. */
  push(event: FeedEvent<C>): void;
  reset(): void;
  /** Ends the subscription with an error. */
  fail(error: Error): void;
  /** Replaces the queue with these events. */
  begin(events: readonly FeedEvent<C>[]): void;
  /** Resolves when the signal is aborted or the subscription has failed. */
  readonly ended: Promise<void>;
  /** Yields the events as they come, until the signal is aborted. @throws the error of `fail` */
  events(): AsyncGenerator<FeedEvent<C>, void, undefined>;
}

interface SubscriberOptions<C> {
  readonly maxWaiting: number;
  readonly wants: ((change: C) => boolean) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly resetEvent: () => FeedEvent<C>;
}

/** Returns a subscriber with an empty queue. */
export function subscriber<C>({ maxWaiting, wants, signal, resetEvent }: SubscriberOptions<C>): Subscriber<C> {
  let waiting: FeedEvent<C>[] = [];
  let failure: Error | undefined;
  let wake = () => {};
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();

  function isWanted({ change }: FeedEvent<C>): boolean {
    try {
      return change === undefined || !wants || wants(change);
    } catch (error) {
      fail(error as Error); // its own fault: the others get the change
      return false;
    }
  }
  function fail(error: Error): void {
    failure = error;
    end();
    wake();
  }
  function put(events: FeedEvent<C>[]): void {
    waiting = events;
    wake();
  }

  async function* events() {
    const onAbort = () => wake();
    signal?.addEventListener('abort', onAbort);
    try {
      while (!signal?.aborted) {
        if (failure) throw failure;
        const event = waiting.shift();
        if (event) yield event;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      signal?.removeEventListener('abort', end);
    }
  }

  return {
    push(event) {
      if (!isWanted(event)) return;
      if (waiting.length >= maxWaiting) put([resetEvent()]);
      else {
        waiting.push(event);
        wake();
      }
    },
    reset: () => put([resetEvent()]),
    fail,
    ended,
    begin: (events) => put(events.filter(isWanted)),
    events,
  };
}
