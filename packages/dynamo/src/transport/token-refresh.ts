/** As the SDK's providers: memoized, with a way to ask the source again. */
export type CredentialsProvider<C> = (options?: { forceRefresh?: boolean }) => Promise<C>;

/** Time between two refreshes if the source (STS, the metadata service) has no new token yet. */
const pauseMs = 500;

/**
 * Replaces credentials whose session token DynamoDB has rejected. All calls share one refresh, so that a hundred calls with an expired
 * token do not become a hundred requests to the source.
 */
export class TokenRefresh<C extends { readonly sessionToken?: string }> {
  readonly #provider: CredentialsProvider<C>;
  #rejectedToken: string | undefined;
  #refresh: Promise<C> | undefined;
  #pauseEndsAt = 0;

  constructor(provider: CredentialsProvider<C>) {
    this.#provider = provider;
  }

  /** Notes that DynamoDB has rejected a token. */
  reject(token: string | undefined): void {
    this.#rejectedToken = token;
  }

  /** Whether any token has been rejected. */
  get hasRejected(): boolean {
    return this.#rejectedToken !== undefined;
  }

  /** Whether these credentials have the token that was rejected last. */
  isRejected(credentials: C): boolean {
    return this.hasRejected && credentials.sessionToken === this.#rejectedToken;
  }

  /** Returns new credentials in place of rejected ones, or the same if the source has no new ones. */
  replace(rejected: C): Promise<C> {
    this.#refresh ??= this.#askAgain(rejected);
    return this.#refresh;
  }

  async #askAgain(rejected: C): Promise<C> {
    let isNew = false;
    try {
      const waitMs = this.#pauseEndsAt - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const credentials = await this.#provider({ forceRefresh: true });
      isNew = credentials.sessionToken !== rejected.sessionToken;
      return credentials;
    } finally {
      this.#refresh = undefined;
      this.#pauseEndsAt = isNew ? 0 : performance.now() + pauseMs;
    }
  }
}
