/** As the SDK's providers: memoized, with a way to ask the source again. */
export type CredentialsProvider<C> = (options?: { forceRefresh?: boolean }) => Promise<C>;

interface SessionCredentials {
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** The SDK's providers return the credentials that they hold until this time before their expiration. */
const refreshMs = 300_000;

/** Time between two refreshes if the source (STS, the metadata service) has no new token yet. */
const pauseMs = 500;

/**
 * Holds credentials, and replaces those whose session token DynamoDB has rejected. All calls share one refresh, so that a hundred calls with an
 * expired token do not become a hundred requests to the source.
 */
export class TokenRefresh<C extends SessionCredentials> {
  readonly #provider: CredentialsProvider<C>;
  #held: C | undefined;
  #rejectedToken: string | undefined;
  #refresh: Promise<C> | undefined;
  #pauseEndsAt = 0;

  constructor(provider: CredentialsProvider<C>) {
    this.#provider = provider;
  }

  /**
   * The credentials that the provider returned last, if it would return them again; else undefined. Asking the SDK's provider takes several
   * promises.
   */
  get held(): C | undefined {
    const held = this.#held;
    if (held === undefined || this.isRejected(held)) return undefined;
    return held.expiration === undefined || held.expiration.getTime() - Date.now() >= refreshMs ? held : undefined;
  }

  /** Asks the provider for credentials, and for others if DynamoDB has rejected these. Rejects like the provider. */
  async fetch(): Promise<C> {
    const credentials = await this.#provider();
    this.#held = this.isRejected(credentials) ? await this.replace(credentials) : credentials;
    return this.#held;
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
