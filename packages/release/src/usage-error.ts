/** A command cannot run as requested. The message has the problem, the allowed values and the next command. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
