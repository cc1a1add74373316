import { ClientError } from '../errors/client-error.js';

/** A bound on the calls that are at the database at one time, with a short queue and a share for each caller. */
export type ConcurrencyLimit = ReturnType<typeof concurrencyLimit>;

/** A call that waited longer is rejected: the database is stuck, or its caller has too many calls. */
const longestWaitMs = 1000;

interface Sizes {
  /** Calls at the database at one time; more than `DYNAMODB_MAX_SOCKETS` wait for a socket. @default 128 */
  concurrent?: number | undefined;
  /** Calls that may wait: a short burst is served, a long one rejected at once. @default as many as run */
  queued?: number | undefined;
  /** Calls of one caller that run at one time; with those that wait, it has `concurrent`. @default a quarter of that */
  perCaller?: number | undefined;
}

/** The calls of one caller. */
interface Usage {
  running: number;
  waiting: number;
}

/** A call that waits for a slot. */
interface Waiter {
  readonly usage: Usage;
  readonly start: () => void;
}

/** Returns a limit with nothing running. */
export function concurrencyLimit({ concurrent = 128, queued = concurrent, perCaller }: Sizes = {}) {
  const share = perCaller ?? Math.max(1, Math.floor(concurrent / 4));
  const queuedPerCaller = Math.max(share, concurrent - share);
  const usages = new Map<string, Usage>();
  const queue: Waiter[] = [];
  let running = 0;
  /** Waiting calls, of each caller no more than its share: one caller alone never fills the queue. */
  let counted = 0;
  const isFull = () => counted >= queued;

  /** Starts the calls that have waited longest, of callers below their share. */
  function startNext(): void {
    while (running < concurrent) {
      const index = queue.findIndex(({ usage }) => usage.running < share);
      const [next] = index < 0 ? [] : queue.splice(index, 1);
      if (!next) return;
      if (--next.usage.waiting < share) counted--;
      next.usage.running++;
      running++;
      next.start();
    }
  }

  function release(caller: string, usage: Usage): void {
    running--;
    usage.running--;
    if (usage.running + usage.waiting === 0) usages.delete(caller);
    if (queue.length > 0) startNext();
  }

  /** Acquires a slot. Returns undefined if there is one at once, so that most calls wait for no promise. */
  function acquire(caller: string, usage: Usage): Promise<void> | undefined {
    if (running < concurrent && usage.running < share) {
      usages.set(caller, usage);
      running++;
      usage.running++;
      return undefined;
    }
    if (isFull()) throw busy();
    if (usage.waiting >= queuedPerCaller) throw tooMany();
    usages.set(caller, usage);
    const askedAt = performance.now();
    if (usage.waiting++ < share) counted++;
    return new Promise<void>((start) => queue.push({ usage, start })).then(() => {
      if (performance.now() - askedAt <= longestWaitMs) return;
      release(caller, usage);
      throw busy();
    });
  }

  return {
    /**
     * Runs work as soon as there is a slot.
     * @throws ClientError at once: SERVICE_UNAVAILABLE if the queue is full, TOO_MANY_REQUESTS if the caller has too
     * many calls
     */
    async run<T>(caller: string, work: () => Promise<T>): Promise<T> {
      const usage = usages.get(caller) ?? { running: 0, waiting: 0 };
      const waiting = acquire(caller, usage);
      if (waiting) await waiting;
      try {
        return await work();
      } finally {
        release(caller, usage);
      }
    },
    /** Calls that run or wait. */
    get calls() {
      return running + queue.length;
    },
    /** One more call would be rejected. */
    get isFull() {
      return isFull();
    },
    /** @throws ClientError TOO_MANY_REQUESTS if one more call of this caller would be rejected */
    admit(caller: string): void {
      if ((usages.get(caller)?.waiting ?? 0) >= queuedPerCaller) throw tooMany();
    },
  };
}

const busy = () =>
  new ClientError({ code: 'SERVICE_UNAVAILABLE', message: 'Too busy: nothing was done', retryAfterSeconds: 1 });

const tooMany = () =>
  new ClientError({
    code: 'TOO_MANY_REQUESTS',
    message: 'Too many calls of one caller at one time: nothing was done',
    retryAfterSeconds: 1,
  });
