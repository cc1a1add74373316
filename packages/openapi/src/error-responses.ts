import type { ErrorData } from '@aws-starter-kit/api';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import * as z from 'zod';

type Code = ErrorData['code'];

/** The code of each reason. If the API adds a reason, this does not compile until it is listed here. */
const reasons: Record<NonNullable<ErrorData['reason']>, Code> = {
  EMAIL_TAKEN: 'CONFLICT',
  VALUE_TAKEN: 'CONFLICT',
  VERSION_CONFLICT: 'CONFLICT',
  CONDITION_FAILED: 'CONFLICT',
  INVALID_CURSOR: 'BAD_REQUEST',
  OUTCOME_UNKNOWN: 'SERVICE_UNAVAILABLE',
  INVALID_TOKEN: 'UNAUTHORIZED',
  MISSING_PERMISSION: 'FORBIDDEN',
  NOT_A_MEMBER: 'FORBIDDEN',
  ALREADY_MEMBER: 'CONFLICT',
  PERSON_ACCOUNT: 'CONFLICT',
  LAST_ADMIN: 'CONFLICT',
  INVITATION_NOT_FOUND: 'NOT_FOUND',
  ROLE_TOO_LOW: 'FORBIDDEN',
  KEY_REUSED: 'UNPROCESSABLE_CONTENT',
  DELETED_SINCE: 'NOT_FOUND',
  SUPERSEDED: 'CONFLICT',
};

/** The fields of the data of an error. Like `reasons`, they must include all fields of the API. */
const details = {
  code: z.string(),
  httpStatus: z.int(),
  path: z.string().optional().describe('The procedure'),
  requestId: z.string().optional().describe('The id of the request in the log of the API'),
  reason: z.string().optional().describe('The reason, if the code does not tell it'),
  field: z.string().optional().describe('The field whose value is taken'),
  fieldErrors: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe('Messages by path (`data.email`); messages about the whole input are under `input`'),
  retryAfterSeconds: z.number().optional().describe('After how many seconds a retry may succeed'),
} satisfies Record<keyof ErrorData, z.ZodType>;

interface ErrorKind {
  code: Code;
  description: string;
  /** Additional fields. */
  fields?: (keyof ErrorData)[];
  onlyFor?: 'mutation';
}

const kinds: ErrorKind[] = [
  {
    code: 'BAD_REQUEST',
    description: 'The input is invalid, or the cursor belongs to another query',
    fields: ['fieldErrors'],
  },
  { code: 'UNAUTHORIZED', description: 'There is no token, or it is invalid' },
  { code: 'FORBIDDEN', description: 'The token lacks a permission, or the caller lacks a role. The message names it' },
  { code: 'NOT_FOUND', description: 'There is no such entity, or no such procedure' },
  { code: 'TIMEOUT', description: 'The call took longer than 5 s, and nothing was written' },
  {
    code: 'CONFLICT',
    description: 'The value is taken, or the entity has another version',
    fields: ['field'],
    onlyFor: 'mutation',
  },
  { code: 'PAYLOAD_TOO_LARGE', description: 'The request is larger than 64 KiB, or the item larger than 400 KB' },
  { code: 'UNSUPPORTED_MEDIA_TYPE', description: 'The body is not `application/json`' },
  {
    code: 'UNPROCESSABLE_CONTENT',
    description: 'Another call of this procedure used the same idempotency key',
    onlyFor: 'mutation',
  },
  {
    code: 'TOO_MANY_REQUESTS',
    description: 'There were too many calls, or the database is busy',
    fields: ['retryAfterSeconds'],
  },
  { code: 'INTERNAL_SERVER_ERROR', description: 'Any other error, which is in the log of the API' },
  {
    code: 'SERVICE_UNAVAILABLE',
    description:
      'Nothing was done. With the reason `OUTCOME_UNKNOWN`, a write may have been applied: retry it with the same `Idempotency-Key`, or read first',
    fields: ['retryAfterSeconds'],
  },
];

/** Returns the schema of each error. */
export function errorComponents(): Record<string, object> {
  return Object.fromEntries(kinds.map((kind) => [nameOf(kind), schemaOf(kind)]));
}

/** Returns the response with each error. */
export function errorResponses(): Record<string, object> {
  const response = (kind: ErrorKind) => ({
    description: kind.description,
    headers: {
      'X-Request-Id': { schema: { type: 'string' } },
      ...(kind.fields?.includes('retryAfterSeconds') && {
        'Retry-After': { description: details.retryAfterSeconds.description, schema: { type: 'integer' } },
      }),
    },
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${nameOf(kind)}` } } },
  });
  return Object.fromEntries(kinds.map((kind) => [nameOf(kind), response(kind)]));
}

/** Returns the error responses of a procedure. */
export function responsesOf(type: 'query' | 'mutation'): Record<string, object> {
  const possible = kinds.filter(({ onlyFor }) => onlyFor === undefined || onlyFor === type);
  return Object.fromEntries(
    possible.map((kind) => [statusOf(kind), { $ref: `#/components/responses/${nameOf(kind)}` }]),
  );
}

/** `NOT_FOUND` → `NotFoundError`; `INTERNAL_SERVER_ERROR` → `InternalServerError`. */
function nameOf({ code }: ErrorKind): string {
  const name = code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return name.endsWith('Error') ? name : `${name}Error`;
}

const statusOf = ({ code }: ErrorKind) => getHTTPStatusCodeFromError(new TRPCError({ code }));

function schemaOf(kind: ErrorKind): object {
  const { code, fields = [] } = kind;
  const codeReasons = Object.keys(reasons).filter((reason) => reasons[reason as keyof typeof reasons] === code);
  const extra = fields.map((field) => [field, details[field]]);
  const data = z.object({
    code: z.literal(code),
    httpStatus: z.literal(statusOf(kind)),
    path: details.path,
    requestId: details.requestId,
    ...(codeReasons.length > 0 && {
      reason: z
        .enum(codeReasons)
        .optional()
        .describe(details.reason.description ?? ''),
    }),
    ...Object.fromEntries(extra),
  });
  const error = z.object({ message: z.string(), code: z.literal(TRPC_ERROR_CODES_BY_KEY[code]), data });
  const { $schema: _, ...schema } = z.toJSONSchema(z.object({ error }), { io: 'input' });
  return schema;
}
