import { AssertionError } from 'node:assert';
import { isApiError } from '../src/index.js';

/**
 * Says why a call failed. The message of a network error is `fetch failed`, so its first cause is described instead.
 */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AssertionError) return `This does not hold: ${error.message}`;
  const data = isApiError(error) ? error.data : undefined;
  if (data?.code === 'UNAUTHORIZED') return `${error.message}. Pass a valid token with --token or API_TOKEN.`;
  if (data) return error.message;
  const cause = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (cause instanceof Error) return failureReason(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
