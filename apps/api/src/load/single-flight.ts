/** Delay before the next shared read of a hot key, so that more callers can join it. */
const gatherMs = 10;
/** Longest wait for an answer before the next read is sent. So a stalled request does not hold up later callers. */
const longestWaitMs = 100;

type Read<T> = (signal: AbortSignal) => Promise<T>;

/** Reads a value by its key, or joins a read of it that has not been sent yet. */
export type SingleFlight<T> = (key: string, signal: AbortSignal, read: Read<T>) => Promise<T>;

/** The reads of one key. */
interface Reads<T> {
  /** Sent and not answered. */
  inFlight: number;
  /** When the next one need not wait any longer, by `performance.now()`. */
  waitUntil: number;
  /** Not sent yet: callers can join it. */
  next: SharedRead<T> | undefined;
}

/**
 * Lets overlapping reads of one key share requests. The first read is sent at once. Callers that come before its answer
 * share the next one, which is sent 10 ms after the answer, and 100 ms after the request if there is none. A read is
 * joined only until it is sent: so a caller that comes after a write never gets the value from before it.
 */
export function singleFlight<T>(): SingleFlight<T> {
  const readsByKey = new Map<string, Reads<T>>();

  function send(key: string, reads: Reads<T>, read: () => Promise<T>): Promise<T> {
    const onAnswer = () => {
      reads.inFlight--;
      reads.waitUntil = 0;
      if (reads.next) setTimeout(sendNext, gatherMs, key, reads, reads.next);
      else if (reads.inFlight === 0) readsByKey.delete(key);
    };
    reads.inFlight++;
    reads.waitUntil = performance.now() + longestWaitMs;
    const answer = read();
    answer.then(onAnswer, onAnswer);
    return answer;
  }

  function sendNext(key: string, reads: Reads<T>, next: SharedRead<T>): void {
    if (reads.next !== next) return; // another timer has sent it
    reads.next = undefined;
    send(key, reads, next.send);
  }

  return (key, signal, read) => {
    const reads = readsByKey.get(key);
    if (!reads) {
      const first: Reads<T> = { inFlight: 0, waitUntil: 0, next: undefined };
      readsByKey.set(key, first);
      return send(key, first, () => read(signal));
    }
    if (!reads.next || reads.next.isAbandoned()) {
      reads.next = sharedRead(read);
      const delayMs = Math.max(gatherMs, reads.waitUntil - performance.now());
      setTimeout(sendNext, delayMs, key, reads, reads.next);
    }
    return reads.next.join(signal);
  };
}

type SharedRead<T> = ReturnType<typeof sharedRead<T>>;

/** Returns a read for several callers. Each leaves when its signal aborts; when all have left, the read is aborted. */
function sharedRead<T>(read: Read<T>) {
  const abort = new AbortController();
  let callers = 0;
  let start = () => {};
  const answer = new Promise<T>((resolve) => {
    start = () => resolve(read(abort.signal));
  });
  return {
    send(): Promise<T> {
      start();
      return answer;
    },
    join(signal: AbortSignal): Promise<T> {
      callers++;
      return new Promise((resolve, reject) => {
        const leave = () => {
          if (--callers === 0) abort.abort(signal.reason);
          reject(signal.reason);
        };
        if (signal.aborted) return leave();
        signal.addEventListener('abort', leave, { once: true });
        // the signal of a connection outlives the call
        answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
      });
    },
    isAbandoned: () => abort.signal.aborted,
  };
}
