import { ClientError } from '../errors/client-error.js';

/** Work that waits for a key at one time, beside the work that runs: no more could be done within its longest wait. */
const longestQueue = 99;
/** Work that waited longer is rejected: its deadline of 5 s has to leave time for the work itself. */
const longestWaitMs = 2000;

/** Runs work on one key one after another, and work on different keys at the same time. */
export type KeyedQueue = ReturnType<typeof keyedQueue>;

/** Returns a queue with nothing running. */
export function keyedQueue() {
  /** By key with work that runs: starts the work that waits, in order. */
  const waitingByKey = new Map<string, (() => void)[]>();

  return {
    /**
     * Runs work after the work on the same key that came before.
     * @throws ClientError TOO_MANY_REQUESTS at once if the queue is full, SERVICE_UNAVAILABLE after 2 s
     */
    async run<T>(key: string, work: () => Promise<T>): Promise<T> {
      const waiting = waitingByKey.get(key);
      if (waiting) await turn(waiting);
      else waitingByKey.set(key, []);
      try {
        return await work();
      } finally {
        const next = waitingByKey.get(key)?.shift();
        if (next) next();
        else waitingByKey.delete(key);
      }
    },
    /** Keys with work that runs. */
    get size() {
      return waitingByKey.size;
    },
  };
}

/** Waits for a turn. A call that leaves the queue early keeps no place in it. */
function turn(waiting: (() => void)[]): Promise<void> {
  if (waiting.length >= longestQueue) throw tooMany();
  return new Promise((resolve, reject) => {
    const start = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(start), 1);
      reject(busy());
    }, longestWaitMs);
    waiting.push(start);
  });
}

const tooMany = () =>
  new ClientError({
    code: 'TOO_MANY_REQUESTS',
    message: 'Too many writes of one record at one time: nothing was done',
    retryAfterSeconds: 1,
  });

const busy = () =>
  new ClientError({ code: 'SERVICE_UNAVAILABLE', message: 'Too busy: nothing was done', retryAfterSeconds: 1 });
