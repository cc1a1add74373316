/** A command cannot run as requested. The message is for the person at the terminal. */
export class OperationsError extends Error {
  override readonly name = 'OperationsError';
}
