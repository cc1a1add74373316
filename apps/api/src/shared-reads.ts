/** How long a read that others wait for waits for more of them: it bounds how often a key is read that everybody wants. */
const gatherMs = 10;

/** A read that waits for its turn, and those who wait for it. */
interface Flight<T> {
  readonly landed: Promise<T>;
  /** Those of all who wait for it. */
  readonly signals: AbortSignal[];
  /** Sends it; settles `landed`. */
  depart(): Promise<T>;
}

function makeFlight<T>(read: (signal: AbortSignal) => Promise<T>): Flight<T> {
  const signals: AbortSignal[] = [];
  let land: (read: Promise<T>) => void = () => {};
  const landed = new Promise<T>((resolve) => {
    land = resolve;
  });
  const depart = () => {
    const [only, ...others] = signals;
    land(only && others.length === 0 ? read(only) : readForAll(signals, read));
    return landed;
  };
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

  const takeOff = (key: string, read: () => Promise<T>) => {
    inAir.add(key);
    const land = () => {
      const next = waiting.get(key);
      if (next) setTimeout(takeOffNext, gatherMs, key, next);
      else inAir.delete(key);
    };
    const landed = read();
    landed.then(land, land);
    return landed;
  };
  const takeOffNext = (key: string, { depart }: Flight<T>) => {
    waiting.delete(key);
    takeOff(key, depart);
  };
  return (key, signal, read) => {
    if (!inAir.has(key)) return takeOff(key, () => read(signal));
    const flight = waiting.get(key) ?? makeFlight(read);
    flight.signals.push(signal);
    waiting.set(key, flight);
    return flight.landed;
  };
}
