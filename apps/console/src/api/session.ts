/** Where the tokens of calls come from. They are kept in memory only. */
export interface Session {
  /** Returns the token; another one if the API has rejected it. Throws SignedOutError if the user must sign in again. */
  readonly token: (rejected?: string) => Promise<string>;
  /** Begins to sign in. With an issuer, this leaves the page, which comes back to the same URL. */
  readonly signIn: () => Promise<void>;
  /** Ends the session here and at the issuer. This leaves the page. Absent where there is nobody to sign out from. */
  readonly signOut?: () => Promise<void>;
}

/** The user has to sign in, or to sign in again. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';
  constructor(message = 'Sign in to go on', options?: ErrorOptions) {
    super(message, options);
  }
}
