/** The user asked for something that cannot be done. The message is one line that says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
