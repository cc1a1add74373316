export interface OutboxOptions<C, E> {
  /** Returns the event that tells others of a change; undefined for none. */
  toEvent(change: C): E | undefined | Promise<E | undefined>;
  /** Sends events to another system. Rejects where one of them may not have arrived: all of them are then sent again. */
  send(events: readonly E[]): Promise<unknown>;
  /** The number of events that are sent together, such as 10 for EventBridge; only events of different entities are. @default 1 */
  readonly maxBatch?: number | undefined;
}

/** An event that waits to be sent, and those who wait for it. */
interface Waiting<E> {
  readonly event: E;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Returns a handler of changes that tells another system of each, at least once and in order for each entity. An error of `send` makes the handler of those
 * changes fail, so that Lambda or the follower delivers them again, with growing pauses.
 */
export function outbox<C, E>({ toEvent, send, maxBatch = 1 }: OutboxOptions<C, E>) {
  let waiting: Waiting<E>[] = [];

  async function sendTogether(lot: readonly Waiting<E>[]) {
    try {
      await send(lot.map(({ event }) => event));
      for (const { resolve } of lot) resolve();
    } catch (error) {
      for (const { reject } of lot) reject(error);
    }
  }

  function flush() {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += maxBatch) void sendTogether(all.slice(from, from + maxBatch));
  }

  return async (change: C): Promise<void> => {
    const event = await toEvent(change);
    if (event === undefined) return;
    await new Promise<void>((resolve, reject) => {
      waiting.push({ event, resolve, reject });
      if (waiting.length === 1) setImmediate(flush); // events of the changes that are handled at the same time join it
    });
  };
}
