import { isApiError } from './api-error.js';

/** What went wrong, for a person: `fetch failed` says nothing, its cause does, and of several causes the first. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error.cause instanceof Error && !hasAnswer(error)) return reasonOf(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/** An error that the API sent has said all. */
function hasAnswer(error: Error): boolean {
  return isApiError(error) && !!error.data;
}
