/**
 * The token for requests. A function is called for each request. After the API has rejected a token, the function is
 * called once with that token, for all rejected calls, which are then retried.
 */
export type Token = string | undefined | ((rejected?: string) => string | undefined | Promise<string | undefined>);

export interface TokenSource {
  /** Returns the token of the next request. */
  readonly read: () => Promise<string | undefined>;
  /** Records that the API rejected a token. Returns whether a new one can be requested. */
  readonly reject: (used: string | undefined) => boolean;
}

/** Returns the token source of a client. */
export function tokenSource(token: Token): TokenSource {
  let rejected: string | undefined;
  let renewed: string | undefined;
  let renewal: Promise<string | undefined> | undefined;

  async function renew(read: Exclude<Token, string | undefined>, from: string): Promise<string | undefined> {
    try {
      const next = await read(from);
      if (next !== from) renewed = from;
      rejected = undefined;
      return next;
    } finally {
      renewal = undefined;
    }
  }
  return {
    read: async () => {
      if (typeof token !== 'function') return token;
      if (rejected === undefined) return token();
      renewal ??= renew(token, rejected);
      return renewal;
    },
    reject: (used) => {
      if (typeof token !== 'function' || used === undefined) return false;
      if (used !== renewed) rejected = used; // otherwise, the call was sent before the renewal
      return true;
    },
  };
}
