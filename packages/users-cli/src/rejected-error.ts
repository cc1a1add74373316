/** A command was rejected, and changed nothing. The message says why and what to do. */
export class RejectedError extends Error {
  override readonly name = 'RejectedError';
  readonly code = 'REJECTED';
}
