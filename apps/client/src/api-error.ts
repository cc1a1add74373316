import { TRPCClientError } from '@trpc/client';
import type { AppRouter } from './api-types.js';

/** What a refused call rejects with. `data` is absent when no API answered. */
export type ApiError = TRPCClientError<AppRouter>;

/**
 * Whether this is the client's error, so that its typed `data` can be read.
 *
 * @example
 * if (isApiError(error) && error.data?.reason === 'EMAIL_TAKEN') showField(error.data.field);
 */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof TRPCClientError;
}
