import { TRPCClientError } from '@trpc/client';
import type { AppRouter, ErrorData } from './api-types.js';

/** The error of a failed call. Its `data` is absent if the API did not answer. */
export type ApiError = TRPCClientError<AppRouter>;

type Code = ErrorData['code'];
type Reason = NonNullable<ErrorData['reason']>;

/**
 * Returns whether an error is an `ApiError`, so that its typed `data` can be read. With a reason or a code, it also
 * checks that the error has it.
 *
 * @example
 * if (isApiError(error, 'EMAIL_TAKEN')) showError(error.data.field);
 */
export function isApiError(error: unknown): error is ApiError;
export function isApiError<R extends Reason>(
  error: unknown,
  reason: R,
): error is ApiError & { data: ErrorData & { reason: R } };
export function isApiError<C extends Code>(
  error: unknown,
  code: C,
): error is ApiError & { data: ErrorData & { code: C } };
export function isApiError(error: unknown, reasonOrCode?: Reason | Code): error is ApiError {
  if (!(error instanceof TRPCClientError)) return false;
  const data = (error as ApiError).data;
  return reasonOrCode === undefined || data?.reason === reasonOrCode || data?.code === reasonOrCode;
}

/** Codes after which a retry may succeed. */
const transientCodes: ReadonlySet<Code> = new Set<Code>([
  'TOO_MANY_REQUESTS',
  'SERVICE_UNAVAILABLE',
  'TIMEOUT',
  'BAD_GATEWAY',
  'GATEWAY_TIMEOUT',
  'CLIENT_CLOSED_REQUEST',
]);

/** Returns whether an attempt that ended with this error may have been applied. */
export const mayHaveBeenApplied = ({ data }: ApiError): boolean => !data || data.reason === 'OUTCOME_UNKNOWN';

const writeCodes: ReadonlySet<Code> = new Set<Code>([
  'CONFLICT',
  'NOT_FOUND',
  'PAYLOAD_TOO_LARGE',
  'UNPROCESSABLE_CONTENT',
]);

/** Returns whether the write of a mutation rejected it. If the call had a key, no earlier attempt was applied then. */
export const isOfWrite = ({ data }: ApiError): boolean =>
  data !== undefined && data !== null && writeCodes.has(data.code);

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Returns the time before the next attempt, in milliseconds: exponential back-off with full jitter, and at least the
 * time that the API asks for. Returns undefined for an error that a retry would get again.
 */
export function retryPauseMs({ data }: ApiError, retries: number): number | undefined {
  const isTransient = !data || transientCodes.has(data.code) || data.reason === 'OUTCOME_UNKNOWN';
  if (!isTransient) return undefined;
  const jitter = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** retries);
  return jitter + (data?.retryAfterSeconds ?? 0) * 1000;
}

/** Returns the error for a mutation of which no attempt got an answer in time. */
export function outcomeUnknown(path: string, cause: ApiError): ApiError {
  if (cause.data?.reason === 'OUTCOME_UNKNOWN') return cause;
  const message = `${path} may have been applied: ${cause.message}`;
  const data: ErrorData = { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, path, reason: 'OUTCOME_UNKNOWN' };
  return new TRPCClientError<AppRouter>(message, { result: { error: { message, code: internalError, data } }, cause });
}

/** The JSON-RPC code that the API sends with SERVICE_UNAVAILABLE. */
const internalError = -32603;
