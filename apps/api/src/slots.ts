import { ClientError } from './client-error.js';

/** A bound on the calls that are at the database at one time, with a short queue before it. */
export type Slots = ReturnType<typeof makeSlots>;

/** Who waited longer finds a database that is stuck: better to say so than to start with the deadline of 5 s all over. */
const longestWaitMs = 1000;

/**
 * @param concurrent calls at the database at one time; there are 128 sockets to it
 * @param queued calls that may wait for them, so that a short burst is served and a long one refused at once
 */
export function makeSlots(concurrent = 128, queued = concurrent) {
  const waiting: (() => void)[] = [];
  let running = 0;
  const isFull = () => waiting.length >= queued;
  /** Hands the slot over to who waits longest. */
  const end = () => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };

  /** Resolves with a slot. */
  async function waitForTurn(): Promise<void> {
    if (isFull()) throw busy();
    const askedAt = performance.now();
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (performance.now() - askedAt <= longestWaitMs) return;
    end();
    throw busy();
  }
  return {
    /** Runs work as soon as there is a slot. @throws ClientError SERVICE_UNAVAILABLE at once where the queue is full */
    async run<T>(work: () => Promise<T>): Promise<T> {
      if (running < concurrent) running++;
      else await waitForTurn();
      try {
        return await work();
      } finally {
        end();
      }
    },
    /** Calls that run or wait. */
    get taken() {
      return running + waiting.length;
    },
    /** One more call would be refused. */
    get isFull() {
      return isFull();
    },
  };
}

const busy = () =>
  new ClientError({ code: 'SERVICE_UNAVAILABLE', message: 'Too busy: nothing was done', retryAfterSeconds: 1 });
