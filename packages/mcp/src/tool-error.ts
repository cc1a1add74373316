import { isApiError } from '@aws-starter-kit/client';
import type { CallToolResult } from '@modelcontextprotocol/server';

/** The error of a tool, as clients get it: JSON text. */
export interface ToolError {
  readonly code: string;
  readonly message: string;
  /** What the assistant can do about it. */
  readonly next: string;
  readonly [detail: string]: unknown;
}

export const toolError = (error: ToolError): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text: JSON.stringify(error) }],
});

/** The next step by reason, or else by code. */
const nextSteps: Readonly<Record<string, string>> = {
  UNAUTHORIZED:
    'Tell the user that the token is missing or no longer valid. It is in API_TOKEN, or in the file of `pnpm dev`.',
  FORBIDDEN: 'Do not repeat the call. Tell the user what this token lacks.',
  NOT_FOUND: 'Look the entity up by a list or by another field.',
  BAD_REQUEST: 'Correct the arguments, then call again.',
  INVALID_CURSOR: 'Start again at the first page: leave `cursor` out.',
  CONFLICT: 'Do not repeat the call unchanged: the message says what is in its way.',
  VERSION_CONFLICT: 'Read the entity again. If the change still makes sense, repeat it with the new version.',
  PAYLOAD_TOO_LARGE: 'Send less in one call.',
  TIMEOUT: 'Nothing was written. Ask for less, such as a smaller `limit`.',
  KEY_REUSED:
    'An earlier call with this key was applied, with other arguments. Read what it wrote. Without the key, this call would be a second one: make it only if the user wants both.',
  TOO_MANY_REQUESTS: 'Wait for `retryAfterSeconds`, then go on with fewer calls.',
  SERVICE_UNAVAILABLE: 'Nothing was done. Try again later.',
  OUTCOME_UNKNOWN:
    'The change may have been applied. Repeat the call with the same arguments and this `idempotencyKey`: it is then applied once. Or read first.',
};
const otherwise = 'Tell the user. The log of the API has more under the `requestId`.';

export interface FailedCall {
  /** The URL of the API. */
  readonly url: string;
  readonly idempotencyKey: string | undefined;
}

/** Explains why a call of the API failed. @throws the error, if it is none of the API's client */
export function explainFailure(error: unknown, { url, idempotencyKey }: FailedCall): ToolError {
  if (!isApiError(error)) throw error;
  const { message, data } = error;
  if (!data)
    return {
      code: 'UNREACHABLE',
      message: `The API at ${url} did not answer (${causeOf(error)})`,
      next: 'Tell the user to start the API, or to set the URL of another one in API_URL.',
    };
  const { code, httpStatus: _, path: __, ...details } = data;
  const isUnknown = details.reason === 'OUTCOME_UNKNOWN';
  return {
    code,
    message,
    ...details,
    ...(isUnknown && idempotencyKey && { idempotencyKey }),
    next: (details.reason && nextSteps[details.reason]) ?? nextSteps[code] ?? otherwise,
  };
}

/** The message of a network error is `fetch failed`, so its first cause is named instead. */
function causeOf(error: Error): string {
  const cause = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (cause instanceof Error) return causeOf(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
