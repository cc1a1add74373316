import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';

/** What a client can act on, beside the code of an error. */
export interface ErrorDetails {
  /** Why, where the code alone does not tell. */
  reason?:
    | 'EMAIL_TAKEN'
    | 'VALUE_TAKEN'
    | 'VERSION_CONFLICT'
    | 'CONDITION_FAILED'
    | 'INVALID_CURSOR'
    | 'OUTCOME_UNKNOWN'
    | 'INVALID_TOKEN'
    | 'MISSING_PERMISSION';
  /** The field whose value is taken. */
  field?: string;
  /** What is wrong with the input, by path (`data.email`); under `input` what is wrong with all of it. */
  fieldErrors?: Record<string, string[]>;
  /** After how many seconds another try may succeed; also the header `retry-after`. */
  retryAfterSeconds?: number;
  /** Names the request in our logs; also the header `x-request-id`. */
  requestId?: string;
}

interface ClientErrorOptions extends ErrorDetails {
  code: TRPCError['code'];
  message: string;
  cause?: unknown;
}

/** An error that a client may see as it is: the only one whose message leaves the process. */
export class ClientError extends TRPCError {
  readonly details: ErrorDetails;

  constructor({ code, message, cause, ...details }: ClientErrorOptions) {
    super({ code, message, cause });
    this.details = details;
  }
}

/** What a client may know of an error; undefined for the unexpected ones, of which it learns nothing. */
export function toClientError(error: unknown): ClientError | undefined {
  if (error instanceof ClientError) return error;
  if (!(error instanceof TRPCError)) return fromDomain(error);
  const { code, cause } = error;
  if (code === 'INTERNAL_SERVER_ERROR') return fromDomain(cause);
  if (cause instanceof ZodError) return invalidInput(fieldErrors(cause), error);
  // without a cause a BAD_REQUEST of tRPC has a constant text: a batch that is too large, queries mixed with mutations
  const message = code === 'BAD_REQUEST' && !cause ? error.message : protocolMessages[code];
  return new ClientError({ code, message: message ?? code, cause: error });
}

/** tRPC's own messages mostly repeat what was sent, so it gets these. */
const protocolMessages: Partial<Record<TRPCError['code'], string>> = {
  BAD_REQUEST: 'The URL or the JSON of the request is damaged',
  PARSE_ERROR: 'The URL or the JSON of the request is damaged',
  NOT_FOUND: 'There is no such procedure',
  METHOD_NOT_SUPPORTED: 'Queries take GET, mutations take POST',
  UNSUPPORTED_MEDIA_TYPE: 'The content type must be application/json',
};

/** The errors of the packages, by their `code`: so two copies of a package in one process do no harm. Their messages are fit for clients. */
const domainErrors = new Map<unknown, Omit<ClientErrorOptions, 'message'>>([
  ['EMAIL_TAKEN', { code: 'CONFLICT', reason: 'EMAIL_TAKEN', field: 'email' }],
  ['UNIQUE_CONSTRAINT', { code: 'CONFLICT', reason: 'VALUE_TAKEN' }],
  ['VALUE_TAKEN', { code: 'CONFLICT', reason: 'VALUE_TAKEN' }],
  ['VERSION_CONFLICT', { code: 'CONFLICT', reason: 'VERSION_CONFLICT' }],
  ['CONDITION_FAILED', { code: 'CONFLICT', reason: 'CONDITION_FAILED' }],
  ['ENTITY_NOT_FOUND', { code: 'NOT_FOUND' }],
  ['TRANSACTION_TOO_LARGE', { code: 'PAYLOAD_TOO_LARGE' }],
  ['INVALID_CURSOR', { code: 'BAD_REQUEST', reason: 'INVALID_CURSOR' }],
  ['ITEM_TOO_LARGE', { code: 'PAYLOAD_TOO_LARGE' }],
  ['THROTTLED', { code: 'TOO_MANY_REQUESTS' }],
  ['DATABASE_UNAVAILABLE', { code: 'SERVICE_UNAVAILABLE' }],
  ['WRITE_OUTCOME_UNKNOWN', { code: 'SERVICE_UNAVAILABLE', reason: 'OUTCOME_UNKNOWN' }],
  ['DEADLINE_EXCEEDED', { code: 'TIMEOUT' }],
]);

function fromDomain(cause: unknown): ClientError | undefined {
  const { code, message, attribute, fieldErrors } = Object(cause) as Partial<Record<string, string>> & ErrorDetails;
  if (code === 'TRANSACTION_PART') return fromDomain((cause as Error).cause); // as the same call by itself
  if (fieldErrors && String(code).startsWith('INVALID_')) return invalidInput(fieldErrors, cause); // INVALID_USER and its like
  if (code === 'INVALID_ITEM' && message) return invalidInput({ [attribute || 'input']: [message] }, cause);
  const known = domainErrors.get(code);
  const field = known?.reason === 'VALUE_TAKEN' && attribute ? { field: attribute } : {};
  return known && new ClientError({ message: message ?? known.code, cause, ...known, ...field });
}

/** The header that tells a client when to come back, if it should: not where a write may have happened. */
export function retryAfter(errors: readonly TRPCError[]): { 'retry-after'?: string } {
  const seconds = errors.map((error) => {
    const { retryAfterSeconds, reason }: ErrorDetails = error instanceof ClientError ? error.details : {};
    return retryAfterSeconds ?? (passing.has(error.code) && reason === undefined ? 1 : 0);
  });
  const longest = Math.max(0, ...seconds);
  return longest > 0 ? { 'retry-after': String(longest) } : {};
}

const passing: ReadonlySet<string> = new Set(['TOO_MANY_REQUESTS', 'SERVICE_UNAVAILABLE']);

const invalidInput = (errors: Record<string, string[]>, cause: unknown) =>
  new ClientError({ code: 'BAD_REQUEST', message: 'The input is not valid', fieldErrors: errors, cause });

/** A list of thousands of wrong values must not make an answer of megabytes. */
const maxIssues = 50;

/** The issues of an input by path. A map, since a path may be `__proto__`. */
function fieldErrors({ issues }: ZodError): Record<string, string[]> {
  const byPath = new Map<string, string[]>();
  for (const issue of issues.slice(0, maxIssues)) {
    const isUnknown = issue.code === 'unrecognized_keys';
    const paths = isUnknown ? issue.keys.slice(0, maxIssues).map((key) => [...issue.path, key]) : [issue.path];
    for (const path of paths) {
      const field = path.join('.') || 'input';
      byPath.set(field, [...(byPath.get(field) ?? []), isUnknown ? 'Unknown field' : issue.message]);
    }
  }
  return Object.fromEntries(byPath);
}
