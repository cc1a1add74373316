/**
 * The command cannot do what was asked. The message is one line: what is wrong, what is allowed and what to do. Nothing
 * was written.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
