/** Another user already has this email. */
export class EmailTakenError extends Error {
  override readonly name = 'EmailTakenError';
  readonly code = 'EMAIL_TAKEN';
  /** The email in normalised form: trimmed and lower-cased. */
  readonly email: string;
  constructor(email: string, options?: ErrorOptions) {
    super(`User with email ${email} already exists`, options);
    this.email = email;
  }
}
