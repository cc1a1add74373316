/** A command cannot do what it was asked. The message says why, and what to do next. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
