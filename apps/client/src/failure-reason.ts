import { AssertionError } from 'node:assert';
import { isApiError } from './api-error.js';

/** What went wrong, for a person: `fetch failed` says nothing, its cause does, and of several causes the first. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AssertionError) return `Expected, but not so: ${error.message}`;
  const data = isApiError(error) ? error.data : undefined;
  if (data?.code === 'UNAUTHORIZED') return `${error.message}. Give one that the API takes by --token or API_TOKEN.`;
  if (data) return error.message;
  const cause = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (cause instanceof Error) return reasonOf(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
