/** How long a read that others wait for waits for more of them: it bounds how often a key is read that everybody wants. */
const gatherMs = 10;

/** A read that several wait for; it departs once. */
interface Flight<T> {
  readonly landed: Promise<T>;
  /** Those of all who wait for it. */
  readonly signals: AbortSignal[];
  depart(): void;
}

function makeFlight<T>(read: (signal: AbortSignal) => Promise<T>): Flight<T> {
  const signals: AbortSignal[] = [];
  let depart = () => {};
  const landed = new Promise<T>((resolve) => {
    depart = () => {
      const [only, ...others] = signals;
      resolve(only && others.length === 0 ? read(only) : readForAll(signals, read));
    };
  });
  return { landed, signals, depart };
}

/** A read that is called off when the last of those who wait for it has left. Their signals may live on: nothing stays with them. */
async function readForAll<T>(signals: readonly AbortSignal[], read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const calledOff = new AbortController();
  let left = signals.length;
  const forget = signals.map((signal) => {
    const leave = () => --left === 0 && calledOff.abort(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return () => signal.removeEventListener('abort', leave);
  });
  try {
    return await read(calledOff.signal);
  } finally {
    for (const one of forget) one();
  }
}

/** Reads a value by its key, or joins a read of it that is not sent yet. */
export type SharedReads<T> = (
  key: string,
  signal: AbortSignal,
  read: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/**
 * Lets reads of one key that overlap share what they send: for each key one is in the air and one waits until it has landed, and 10 ms more. Who asks
 * while one is in the air joins that which waits: a read that was sent before a write was acknowledged never answers one asked for after it.
 */
export function makeSharedReads<T>(): SharedReads<T> {
  const inAir = new Set<string>();
  const waiting = new Map<string, Flight<T>>();

  const takeOff = (key: string, { depart, landed }: Flight<T>) => {
    waiting.delete(key);
    inAir.add(key);
    const land = () => {
      const next = waiting.get(key);
      if (next) setTimeout(takeOff, gatherMs, key, next);
      else inAir.delete(key);
    };
    depart();
    landed.then(land, land);
  };
  return (key, signal, read) => {
    const flight = waiting.get(key) ?? makeFlight(read);
    flight.signals.push(signal);
    if (inAir.has(key)) waiting.set(key, flight);
    else takeOff(key, flight);
    return flight.landed;
  };
}
