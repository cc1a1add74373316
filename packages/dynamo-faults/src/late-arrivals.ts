import { reset, type Waiting } from './connection-faults.js';
import { type Call, type HttpHandler, readAnswer } from './wire.js';

export interface LateArrivals {
  /** Breaks the connection at once; the request arrives later, whatever its caller has done by then. */
  send(call: Call): never;
  /** Resolves when no request is under way. */
  settled(): Promise<void>;
}

export function createLateArrivals(waiting: Waiting, inner: HttpHandler): LateArrivals {
  const underWay = new Set<Promise<void>>();
  const arrive = async ({ request, lateByMs }: Call) => {
    await waiting.pause(lateByMs);
    await readAnswer((await inner.handle(request)).response); // without the attempt's own options: it has ended
  };
  return {
    send(call) {
      const arrival = arrive(call)
        .catch(() => {}) // the handler was destroyed, or the engine stopped: the request is lost
        .finally(() => underWay.delete(arrival));
      underWay.add(arrival);
      return reset();
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
