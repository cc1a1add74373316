import { deepCopy } from './deep-copy.js';
import type { Transport } from './transport.js';

/** Returns a transport that is loaded at its first request, because the SDK takes long to load. A failed load is tried again at the next request. */
export function lateTransport(load: () => Promise<Transport>): Transport {
  let loaded: Transport | undefined;
  return (operation, input) => {
    if (loaded) return loaded(operation, input);
    const unchanged = deepCopy(input);
    return async (attempt) => {
      loaded ??= await load();
      return loaded(operation, unchanged)(attempt);
    };
  };
}
