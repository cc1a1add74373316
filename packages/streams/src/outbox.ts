/** Which changes are events, and where they are sent. */
export interface OutboxOptions<C, E> {
  /** Returns the event for a change, or undefined for no event. */
  toEvent(change: C): E | undefined | Promise<E | undefined>;
  /**
   * Sends events to another system. It must reject if any of them may not have arrived; all of them are then sent
   * again.
   */
  send(events: readonly E[]): Promise<unknown>;
  /**
   * Largest number of events to send together, such as 10 for EventBridge. They are of different entities.
   * @default 1
   */
  readonly maxBatch?: number | undefined;
}

/** An event to send, with the promise of its handler. */
interface Waiting<E> {
  readonly event: E;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Returns a change handler that sends an event for each change, at least once and in order for each entity. If `send`
 * fails, the handlers of its changes fail, so that Lambda or the follower redelivers them with back-off.
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
      if (waiting.length === 1) setImmediate(flush); // so that events of concurrent handlers are sent together
    });
  };
}
