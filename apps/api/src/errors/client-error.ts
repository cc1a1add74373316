import { fieldErrorsOf } from '@aws-starter-kit/dynamo/model';
import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';

/** Details of an error that a client can act on, beside its code. */
export interface ErrorDetails {
  /** The reason, if the code alone does not tell. */
  reason?:
    | 'EMAIL_TAKEN'
    | 'VALUE_TAKEN'
    | 'VERSION_CONFLICT'
    | 'CONDITION_FAILED'
    | 'INVALID_CURSOR'
    | 'OUTCOME_UNKNOWN'
    | 'KEY_REUSED'
    | 'DELETED_SINCE'
    | 'SUPERSEDED'
    | 'INVALID_TOKEN'
    | 'MISSING_PERMISSION'
    | 'NOT_A_MEMBER'
    | 'ALREADY_MEMBER'
    | 'PERSON_ACCOUNT'
    | 'LAST_ADMIN'
    | 'INVITATION_NOT_FOUND'
    | 'ROLE_TOO_LOW';
  /** The field whose value another entity holds. */
  field?: string;
  /** Problems of the input by path (`data.email`); those of the input as a whole are under `input`. */
  fieldErrors?: Record<string, string[]>;
  /** Seconds after which a retry may succeed; also the header `retry-after`. */
  retryAfterSeconds?: number;
  /** Identifies the request in our logs; also the header `x-request-id`. */
  requestId?: string;
}

interface ClientErrorOptions extends ErrorDetails {
  code: TRPCError['code'];
  message: string;
  cause?: unknown;
}

/** An error that a client gets as it is: no other error's message leaves the process. */
export class ClientError extends TRPCError {
  readonly details: ErrorDetails;

  constructor({ code, message, cause, ...details }: ClientErrorOptions) {
    super({ code, message, cause });
    this.details = details;
  }
}

/** Returns an error as a client gets it; undefined for an unexpected error, which the client must not see. */
export function toClientError(error: unknown): ClientError | undefined {
  if (error instanceof ClientError) return error;
  if (!(error instanceof TRPCError)) return fromDomain(error);
  const { code, cause } = error;
  if (code === 'INTERNAL_SERVER_ERROR') return fromDomain(cause);
  if (cause instanceof ZodError) return invalidInput(fieldErrorsOf(cause.issues), error);
  // a BAD_REQUEST of tRPC without a cause has a constant message: a batch that is too large, queries mixed with
  // mutations
  const message = code === 'BAD_REQUEST' && !cause ? error.message : protocolMessages[code];
  return new ClientError({ code, message: message ?? code, cause: error });
}

/** Most of tRPC's own messages repeat the input. These replace them. */
const protocolMessages: Partial<Record<TRPCError['code'], string>> = {
  BAD_REQUEST: 'The URL or the JSON of the request is damaged',
  PARSE_ERROR: 'The URL or the JSON of the request is damaged',
  NOT_FOUND: 'There is no such procedure',
  METHOD_NOT_SUPPORTED: 'Queries take GET, mutations take POST',
  UNSUPPORTED_MEDIA_TYPE: 'The content type must be application/json',
};

/**
 * Errors of the packages by their `code`, so that two copies of a package may be in one process. Their messages are fit
 * for clients.
 */
const domainErrors = new Map<unknown, Omit<ClientErrorOptions, 'message'>>([
  ['EMAIL_TAKEN', { code: 'CONFLICT', reason: 'EMAIL_TAKEN', field: 'email' }],
  ['UNIQUE_CONSTRAINT', { code: 'CONFLICT', reason: 'VALUE_TAKEN' }],
  ['VALUE_TAKEN', { code: 'CONFLICT', reason: 'VALUE_TAKEN' }],
  ['VERSION_CONFLICT', { code: 'CONFLICT', reason: 'VERSION_CONFLICT' }],
  ['CONDITION_FAILED', { code: 'CONFLICT', reason: 'CONDITION_FAILED' }],
  ['ENTITY_NOT_FOUND', { code: 'NOT_FOUND' }],
  ['ALREADY_MEMBER', { code: 'CONFLICT', reason: 'ALREADY_MEMBER' }],
  ['PERSON_ACCOUNT', { code: 'CONFLICT', reason: 'PERSON_ACCOUNT' }],
  ['NOT_AN_ADMIN', { code: 'FORBIDDEN', reason: 'ROLE_TOO_LOW' }],
  ['LAST_ADMIN', { code: 'CONFLICT', reason: 'LAST_ADMIN' }],
  ['INVITATION_NOT_FOUND', { code: 'NOT_FOUND', reason: 'INVITATION_NOT_FOUND' }],
  ['IDEMPOTENCY_MISMATCH', { code: 'UNPROCESSABLE_CONTENT', reason: 'KEY_REUSED' }],
  ['CALL_SUPERSEDED', { code: 'CONFLICT', reason: 'SUPERSEDED' }],
  ['TRANSACTION_TOO_LARGE', { code: 'PAYLOAD_TOO_LARGE' }],
  ['INVALID_CURSOR', { code: 'BAD_REQUEST', reason: 'INVALID_CURSOR' }],
  ['ITEM_TOO_LARGE', { code: 'PAYLOAD_TOO_LARGE' }],
  ['THROTTLED', { code: 'TOO_MANY_REQUESTS' }],
  ['DATABASE_UNAVAILABLE', { code: 'SERVICE_UNAVAILABLE' }],
  ['WRITE_OUTCOME_UNKNOWN', { code: 'SERVICE_UNAVAILABLE', reason: 'OUTCOME_UNKNOWN' }],
  ['FEED_CLOSED', { code: 'SERVICE_UNAVAILABLE' }],
  ['TOO_MANY_SUBSCRIBERS', { code: 'TOO_MANY_REQUESTS' }],
  ['DEADLINE_EXCEEDED', { code: 'TIMEOUT' }],
]);

function fromDomain(cause: unknown): ClientError | undefined {
  const { code, message, attribute, fieldErrors } = Object(cause) as Partial<Record<string, string>> & ErrorDetails;
  if (code === 'TRANSACTION_PART') return fromDomain((cause as Error).cause); // as if the write had been sent alone
  if (code === 'INVALID_INPUT' && fieldErrors) return invalidInput(fieldErrors, cause);
  if (code === 'INVALID_ITEM' && message) return invalidInput({ [attribute || 'input']: [message] }, cause);
  const known = domainErrors.get(code);
  const field = known?.reason === 'VALUE_TAKEN' && attribute ? { field: attribute } : {};
  return known && new ClientError({ message: message ?? known.code, cause, ...known, ...field });
}

/**
 * Returns the header that tells a client when to retry. Absent if a write may have been applied: the client has to read
 * first.
 */
export function retryAfter(errors: readonly TRPCError[]): { 'retry-after'?: string } {
  const seconds = errors.map((error) => {
    const { retryAfterSeconds, reason }: ErrorDetails = error instanceof ClientError ? error.details : {};
    return retryAfterSeconds ?? (transientCodes.has(error.code) && reason === undefined ? 1 : 0);
  });
  const longest = Math.max(0, ...seconds);
  return longest > 0 ? { 'retry-after': String(longest) } : {};
}

const transientCodes: ReadonlySet<string> = new Set(['TOO_MANY_REQUESTS', 'SERVICE_UNAVAILABLE']);

const invalidInput = (errors: Record<string, string[]>, cause: unknown) =>
  new ClientError({ code: 'BAD_REQUEST', message: 'The input is not valid', fieldErrors: errors, cause });
