/** A command was rejected, and changed nothing. The message has the reason and the next step. */
export class RejectedError extends Error {
  override readonly name = 'RejectedError';
  readonly code = 'REJECTED';
}
