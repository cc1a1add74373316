/** Learns from the answers of the API which calls had already been applied by an earlier attempt. */
export interface ReplayedKeys {
  readonly fetch: typeof globalThis.fetch;
  /** Returns whether the call with this key had been applied before, and forgets it. */
  readonly take: (key: string | undefined) => boolean;
}

/** The most keys that are remembered: calls of which nobody asks. */
const mostKeys = 1_000;

/** Reads `Idempotency-Replayed: true, false`, which has one value for each key of the request. */
export function replayedKeys(send: typeof globalThis.fetch = (...args) => fetch(...args)): ReplayedKeys {
  const replayed = new Set<string>();
  return {
    fetch: async (input, init) => {
      const response = await send(input, init);
      const flags = response.headers.get('idempotency-replayed')?.split(',');
      const keys = flags && new Headers(init?.headers).get('idempotency-key')?.matchAll(/"([^"]*)"/g);
      for (const [index, [, key = '']] of [...(keys ?? [])].entries())
        if (flags?.[index]?.trim() === 'true' && replayed.size < mostKeys) replayed.add(key);
      return response;
    },
    take: (key) => key !== undefined && replayed.delete(key),
  };
}
