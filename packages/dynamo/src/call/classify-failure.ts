import { IndexNotFoundError, ItemTooLargeError, TableNotFoundError, VectorSearchUnsupportedError } from '../errors.js';
import { cancellationReasons, judgeCancellation } from './condition-failure.js';
import { rejectedNumber } from './rejected-number.js';

/**
 * What a failed attempt means for the next one:
 * - `throttled`: rejected for load, nothing happened
 * - `conflict`: rejected for another writer, nothing happened
 * - `clockSkew`: rejected for our clock or an expired token, which the transport has corrected since
 * - `unreachable`: nothing was sent
 * - `ambiguous`: sent, and no answer that says whether it was applied
 * - `permanent`: answered; a retry of the request cannot help
 */
export type Failure = 'throttled' | 'conflict' | 'clockSkew' | 'unreachable' | 'ambiguous' | 'permanent';

const byName: Record<string, Failure> = {
  ProvisionedThroughputExceededException: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  TransactionConflictException: 'conflict',
  ReplicatedWriteConflictException: 'conflict', // of a strongly consistent global table: a write in another region
  TransactionInProgressException: 'ambiguous', // our own first attempt: only its end decides
  InternalServerError: 'ambiguous',
  ServiceUnavailable: 'ambiguous',
  RequestTimeTooSkewed: 'clockSkew',
  RequestExpired: 'clockSkew',
  InvalidSignatureException: 'clockSkew',
  ExpiredTokenException: 'clockSkew',
  CredentialsProviderError: 'unreachable', // no credentials, no signature, no request
  TimeoutError: 'ambiguous',
};
const byCode: Record<string, Failure> = {
  ECONNREFUSED: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'unreachable',
};

interface FailedAttempt {
  name?: string;
  message?: string;
  code?: unknown;
  $fault?: unknown;
  $metadata?: { httpStatusCode?: number };
  $retryable?: { throttling?: boolean };
}

/** Classifies the error of an attempt. */
export function classifyFailure(error: unknown): Failure {
  const { name = '', message = '', code, $fault, $metadata, $retryable } = (error ?? {}) as FailedAttempt;
  const reasons = cancellationReasons(error);
  if (reasons) {
    const verdict = judgeCancellation(reasons);
    return verdict === 'throttled' || verdict === 'conflict' ? verdict : 'permanent';
  }
  if (/did not establish a connection/.test(message)) return 'unreachable'; // the SDK's only sign of it; it has no code
  const known = byName[name];
  if (known) return known;
  if ($metadata?.httpStatusCode === 429) return 'throttled';
  if ($fault === 'server' || ($metadata?.httpStatusCode ?? 0) >= 500) return 'ambiguous';
  if ($retryable && $fault === 'client') return $retryable.throttling ? 'throttled' : 'conflict';
  if ($fault === undefined && typeof code === 'string') return byCode[code] ?? 'ambiguous';
  return error instanceof SyntaxError ? 'ambiguous' : 'permanent'; // an answer that is no JSON was cut short
}

/** Returns the error that a permanent failure means for callers, with that failure as its cause; the SDK's own where there is no such class. */
export function translateFailure(error: unknown, tableName: string, request: object): unknown {
  const { name, message } = error as Error;
  const texts = [message, ...(cancellationReasons(error) ?? []).map((reason) => reason.Message ?? '')];
  if (name === 'ResourceNotFoundException') return new TableNotFoundError(tableName, { cause: error });
  if (texts.some((text) => /item size .*exceeded|item size to update/i.test(text ?? ''))) {
    return new ItemTooLargeError(Buffer.byteLength(JSON.stringify(request)), { cause: error });
  }
  const invalid = rejectedNumber(texts, request, error);
  if (invalid) return invalid;
  if (name === 'UnknownOperationException' && 'SearchVector' in request) {
    return new VectorSearchUnsupportedError({ cause: error });
  }
  const isBuilding = /backfilling (global secondary|vector) index/i.test(message);
  if (isBuilding || /does not have the specified index/i.test(message)) {
    const { IndexName = '' } = request as { IndexName?: string };
    return new IndexNotFoundError(tableName, IndexName, isBuilding, { cause: error });
  }
  return error;
}
