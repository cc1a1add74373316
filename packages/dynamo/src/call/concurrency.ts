/** Splits a list into chunks of at most `size`. */
export function inChunks<E>(list: readonly E[], size: number): E[][] {
  const chunks: E[][] = [];
  for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size));
  return chunks;
}

/** Runs `work` on each element, at most `atOnce` at a time. Rejects with the first failure; work that has not begun by then is skipped. */
export async function mapBounded<E>(
  list: readonly E[],
  atOnce: number,
  work: (one: E) => Promise<void>,
): Promise<void> {
  let next = 0;
  let isStopped = false;
  const worker = async () => {
    while (next < list.length && !isStopped) {
      try {
        await work(list[next++] as E);
      } catch (error) {
        isStopped = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
}

/** Runs work as soon as a slot is free, in the order of the calls. Settles as the work does. */
export type Limit = <R>(work: () => Promise<R>) => Promise<R>;

/** Returns a limit of `atOnce` slots. Several parts of one call can share it. */
export function limitTo(atOnce: number): Limit {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift(); // takes over the slot
      if (next) next();
      else free += 1;
    }
  };
}
