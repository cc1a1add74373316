/** Another user already has this address. */
export class EmailTakenError extends Error {
  override readonly name = 'EmailTakenError';
  readonly code = 'EMAIL_TAKEN';
  /** In the form in which addresses are compared: trimmed, in lower case. */
  readonly email: string;
  constructor(email: string, options?: ErrorOptions) {
    super(`User with email ${email} already exists`, options);
    this.email = email;
  }
}

/** What was given is no user, or no change of one. Nothing was written. */
export class InvalidUserError extends Error {
  override readonly name = 'InvalidUserError';
  readonly code = 'INVALID_USER';
  /** What is wrong, by field. */
  readonly fieldErrors: Record<string, string[]>;
  constructor(fieldErrors: Record<string, string[]>, options?: ErrorOptions) {
    const list = Object.entries(fieldErrors).map(([field, texts]) => `${field}: ${texts.join(', ')}`);
    super(`Invalid user (${list.join('; ')})`, options);
    this.fieldErrors = fieldErrors;
  }
}
