import { TRPCClientError } from '@trpc/client';
import type { AppRouter } from './api-types.js';

/** The error of a failed call. Its `data` is absent if the API did not answer. */
export type ApiError = TRPCClientError<AppRouter>;

/**
 * Returns whether an error is an `ApiError`, so that its typed `data` can be read.
 *
 * @example
 * if (isApiError(error) && error.data?.reason === 'EMAIL_TAKEN') showError(error.data.field);
 */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof TRPCClientError;
}
