import { type CancellationReason, judgeCancellation } from './outcome.js';

/**
 * What an attempt that failed means for the next one:
 * - `throughput`: refused for load, nothing happened
 * - `contention`: refused for another writer, nothing happened
 * - `skew`: refused for our clock or an expired token, which the transport has set right since
 * - `unreachable`: no connection, nothing was sent
 * - `broken`: sent, and no answer that tells what happened
 * - `final`: an answer; to repeat the request is useless
 */
export type Failure = 'throughput' | 'contention' | 'skew' | 'unreachable' | 'broken' | 'final';

const byName: Record<string, Failure> = {
  ProvisionedThroughputExceededException: 'throughput',
  ThrottlingException: 'throughput',
  RequestLimitExceeded: 'throughput',
  TransactionConflictException: 'contention',
  TransactionInProgressException: 'broken', // our own first try: only its end will tell
  InternalServerError: 'broken',
  ServiceUnavailable: 'broken',
  RequestTimeTooSkewed: 'skew',
  RequestExpired: 'skew',
  InvalidSignatureException: 'skew',
  ExpiredTokenException: 'skew',
  TimeoutError: 'broken',
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
  CancellationReasons?: CancellationReason[];
}

/** The reasons of a cancelled transaction, by position of its actions; undefined for any other error. */
export const cancellationReasons = (error: unknown): CancellationReason[] | undefined =>
  (error as FailedAttempt | undefined)?.CancellationReasons;

/** Classifies what a transport rejected with. */
export function classify(error: unknown): Failure {
  const { name = '', message = '', code, $fault, $metadata, CancellationReasons } = (error ?? {}) as FailedAttempt;
  if (CancellationReasons) {
    const verdict = judgeCancellation(CancellationReasons);
    return verdict === 'throughput' || verdict === 'contention' ? verdict : 'final';
  }
  if (/did not establish a connection/.test(message)) return 'unreachable'; // the SDK's only sign of it; it has no code
  const known = byName[name];
  if (known) return known;
  if ($metadata?.httpStatusCode === 429) return 'throughput';
  if ($fault === 'server' || ($metadata?.httpStatusCode ?? 0) >= 500) return 'broken';
  if ($fault === undefined && typeof code === 'string') return byCode[code] ?? 'broken';
  return error instanceof SyntaxError ? 'broken' : 'final'; // an answer that is no JSON was cut short
}
