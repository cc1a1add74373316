/** The command cannot do what was asked. The message is one line: what is wrong, what is allowed and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
