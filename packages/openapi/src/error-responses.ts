import type { ErrorData } from '@aws-starter-kit/api';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import * as z from 'zod';

type Code = ErrorData['code'];

/** The code with which each reason comes. A reason that the API adds does not compile until it stands here. */
const reasons: Record<NonNullable<ErrorData['reason']>, Code> = {
  EMAIL_TAKEN: 'CONFLICT',
  VALUE_TAKEN: 'CONFLICT',
  VERSION_CONFLICT: 'CONFLICT',
  CONDITION_FAILED: 'CONFLICT',
  INVALID_CURSOR: 'BAD_REQUEST',
  OUTCOME_UNKNOWN: 'SERVICE_UNAVAILABLE',
  INVALID_TOKEN: 'UNAUTHORIZED',
  MISSING_PERMISSION: 'FORBIDDEN',
};

/** What else an error may say, by its code; as does `reasons`, this has all fields that the API knows. */
const details = {
  code: z.string(),
  httpStatus: z.int(),
  path: z.string().optional().describe('The procedure'),
  requestId: z.string().optional().describe('Names the request in the log of the API'),
  reason: z.string().optional().describe('Why, where the code alone does not tell'),
  field: z.string().optional().describe('The field whose value is taken'),
  fieldErrors: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe('What is wrong with the input, by path (`data.email`); under `input` what is wrong with all of it'),
  retryAfterSeconds: z.number().optional().describe('After how many seconds another try may succeed'),
} satisfies Record<keyof ErrorData, z.ZodType>;

interface Kind {
  code: Code;
  description: string;
  /** Fields beyond those of every error. */
  also?: (keyof ErrorData)[];
  onlyOf?: 'mutation';
}

const kinds: Kind[] = [
  {
    code: 'BAD_REQUEST',
    description: 'The input is not valid, or the cursor not of this query',
    also: ['fieldErrors'],
  },
  { code: 'UNAUTHORIZED', description: 'No token, or one that is not valid' },
  { code: 'FORBIDDEN', description: 'The token does not allow this call; the message names what does' },
  { code: 'NOT_FOUND', description: 'There is no such thing, or no such procedure' },
  { code: 'TIMEOUT', description: 'No answer within 5 s: nothing was written' },
  {
    code: 'CONFLICT',
    description: 'The value is taken, or the version is another',
    also: ['field'],
    onlyOf: 'mutation',
  },
  { code: 'PAYLOAD_TOO_LARGE', description: 'A request past 64 KiB, or an item past 400 KB' },
  { code: 'UNSUPPORTED_MEDIA_TYPE', description: 'The body is not `application/json`' },
  { code: 'TOO_MANY_REQUESTS', description: 'Too many calls, or a busy database', also: ['retryAfterSeconds'] },
  { code: 'INTERNAL_SERVER_ERROR', description: 'Anything else: the log of the API has the error' },
  {
    code: 'SERVICE_UNAVAILABLE',
    description:
      'Nothing was done; or, with the reason `OUTCOME_UNKNOWN`, a write may have happened: read before repeating it',
    also: ['retryAfterSeconds'],
  },
];

/** The schema of each error. */
export function errorComponents(): Record<string, object> {
  return Object.fromEntries(kinds.map((kind) => [nameOf(kind), schemaOf(kind)]));
}

/** The response that has it. */
export function errorResponses(): Record<string, object> {
  const response = (kind: Kind) => ({
    description: kind.description,
    headers: {
      'X-Request-Id': { schema: { type: 'string' } },
      ...(kind.also?.includes('retryAfterSeconds') && {
        'Retry-After': { description: details.retryAfterSeconds.description, schema: { type: 'integer' } },
      }),
    },
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${nameOf(kind)}` } } },
  });
  return Object.fromEntries(kinds.map((kind) => [nameOf(kind), response(kind)]));
}

/** How a procedure of this type may fail. */
export function responsesOf(type: 'query' | 'mutation'): Record<string, object> {
  const possible = kinds.filter(({ onlyOf }) => onlyOf === undefined || onlyOf === type);
  return Object.fromEntries(
    possible.map((kind) => [statusOf(kind), { $ref: `#/components/responses/${nameOf(kind)}` }]),
  );
}

/** `NOT_FOUND` → `NotFoundError`; `INTERNAL_SERVER_ERROR` → `InternalServerError`. */
function nameOf({ code }: Kind): string {
  const name = code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return name.endsWith('Error') ? name : `${name}Error`;
}

const statusOf = ({ code }: Kind) => getHTTPStatusCodeFromError(new TRPCError({ code }));

function schemaOf(kind: Kind): object {
  const { code, also = [] } = kind;
  const why = Object.keys(reasons).filter((reason) => reasons[reason as keyof typeof reasons] === code);
  const fields = also.map((field) => [field, details[field]]);
  const data = z.object({
    code: z.literal(code),
    httpStatus: z.literal(statusOf(kind)),
    path: details.path,
    requestId: details.requestId,
    ...(why.length > 0 && {
      reason: z
        .enum(why)
        .optional()
        .describe(details.reason.description ?? ''),
    }),
    ...Object.fromEntries(fields),
  });
  const error = z.object({ message: z.string(), code: z.literal(TRPC_ERROR_CODES_BY_KEY[code]), data });
  const { $schema: _, ...schema } = z.toJSONSchema(z.object({ error }), { io: 'input' });
  return schema;
}
