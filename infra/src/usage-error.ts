/** A command cannot run as requested. The message says why, and what to do next. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
