import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiClient, createApiClient, isApiError } from '@aws-starter-kit/client';
import { isLoopback } from '@aws-starter-kit/table/target';

export interface ApiOptions {
  url: string;
  token?: string | undefined;
}

/** A call of the API failed: the API rejected it (`isRejection`), or it could not be made. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly isRejection: boolean;
  constructor(message: string, { isRejection, cause }: { isRejection: boolean; cause?: unknown }) {
    super(message, { cause });
    this.isRejection = isRejection;
  }
}

/** The API writes a new token here each time it starts in development. */
const tokenFile = () =>
  path.resolve(fileURLToPath(new URL('../../..', import.meta.url)), process.env.AUTH_TOKEN_FILE || '.local/api-token');

/**
 * Creates the typed client. For an API on this machine, the default token is the one that it wrote at its start.
 *
 * @throws ApiFailure if a token would go over plain http to another machine
 */
export function connectToApi({ url, token }: ApiOptions): ApiClient {
  if (token && url.startsWith('http:') && !isLoopback(url))
    throw new ApiFailure(`The token would be readable on its way to ${url}: use https, or unset API_TOKEN`, {
      isRejection: false,
    });
  return createApiClient({
    url,
    retries: false, // the user sees the failure at once, and decides
    token: token || (isLoopback(url) ? () => readFile(tokenFile(), 'utf8').catch(() => undefined) : undefined),
  });
}

/** Explains in a line or two why a call failed, and what to do. */
export function explainApiError(error: unknown, { url, token }: ApiOptions): unknown {
  if (!isApiError(error)) return error;
  const failure = (message: string, isRejection = false) => new ApiFailure(message, { isRejection, cause: error });
  const { data } = error;
  if (!data) {
    const reason = reasonOf(error);
    const isUnreachable = /^[A-Z][A-Z\d_]+$/.test(reason); // a system error code; any other failure came from a server
    return failure(
      isUnreachable
        ? `No API answers at ${url} (${reason}): start it with "pnpm dev", or set the URL of another one with --url or API_URL`
        : `The server at ${url} is not this API: set the URL of the API with --url or API_URL`,
    );
  }
  switch (data.code) {
    case 'UNAUTHORIZED':
      if (token) return failure(`The API at ${url} rejects this token: set another one in API_TOKEN`);
      return failure(
        isLoopback(url)
          ? `The API at ${url} needs a valid token, and ${tokenFile()} has none: start it with "pnpm dev", which writes one there, or set one in API_TOKEN`
          : `The API at ${url} needs a token: set one in API_TOKEN`,
      );
    case 'FORBIDDEN':
      return failure(`${error.message}, which this token does not have: set another one in API_TOKEN`);
    case 'NOT_FOUND':
      return failure(error.message, true);
    case 'CONFLICT':
      return failure(
        data.reason === 'VERSION_CONFLICT'
          ? `Another caller has changed this user: read it with "pnpm users get", then try again`
          : error.message,
        true,
      );
    case 'BAD_REQUEST':
      return failure(fieldErrors(data.fieldErrors) ?? error.message, true);
    case 'SERVICE_UNAVAILABLE':
      return failure(
        data.reason === 'OUTCOME_UNKNOWN'
          ? `${error.message}: check with "pnpm users get"`
          : `The API at ${url} is not available (${error.message}): try again later; ${url}/readyz shows when it is ready`,
      );
    default:
      return failure(`${error.message}${data.requestId ? `; its log has more under request ${data.requestId}` : ''}`);
  }
}

function fieldErrors(errors: Record<string, string[]> | undefined): string | undefined {
  if (!errors) return undefined;
  return Object.entries(errors)
    .map(([field, texts]) => `${field.replace(/^data\./, '')}: ${texts.join(', ')}`)
    .join('\n');
}

/** The message of a network error is `fetch failed`, so its first cause is described instead. */
function reasonOf(error: Error): string {
  const cause = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (cause instanceof Error) return reasonOf(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
