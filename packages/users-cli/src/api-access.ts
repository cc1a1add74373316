import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiClient, createApiClient, isApiError } from '@aws-starter-kit/client';

export interface ApiOptions {
  url: string;
  token?: string | undefined;
}

/** The API did not do what was asked: it said no (`refused`), or it could not be asked. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly isRefusal: boolean;
  constructor(message: string, { isRefusal, cause }: { isRefusal: boolean; cause?: unknown }) {
    super(message, { cause });
    this.isRefusal = isRefusal;
  }
}

/** Where an API in development leaves a token at each start. */
const tokenFile = () =>
  path.resolve(fileURLToPath(new URL('../../..', import.meta.url)), process.env.AUTH_TOKEN_FILE || '.local/api-token');
const isHere = (url: string) => /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** The typed client. On this machine the token that an API in development leaves is found by itself. */
export const connectToApi = ({ url, token }: ApiOptions): ApiClient =>
  createApiClient({
    url,
    token: token || (isHere(url) ? () => readFile(tokenFile(), 'utf8').catch(() => undefined) : undefined),
  });

/** In a line or two: what the API has against the call, or why it could not be asked, and what to do. */
export function explainApiError(error: unknown, { url, token }: ApiOptions): unknown {
  if (!isApiError(error)) return error;
  const failure = (message: string, isRefusal = false) => new ApiFailure(message, { isRefusal, cause: error });
  const { data } = error;
  if (!data) {
    const reason = reasonOf(error);
    const isUnreachable = /^[A-Z][A-Z\d_]+$/.test(reason); // a code of the system; what cannot be read came from somebody
    return failure(
      isUnreachable
        ? `No API answers at ${url} (${reason}): start it with "npx pnpm dev", or name another one with --url or API_URL`
        : `What answers at ${url} is not this API: name another one with --url or API_URL`,
    );
  }
  switch (data.code) {
    case 'UNAUTHORIZED':
      if (token) return failure(`The API at ${url} does not take this token: give another one by --token or API_TOKEN`);
      return failure(
        isHere(url)
          ? `The API at ${url} wants a token that it takes, and ${tokenFile()} has none: start it with "npx pnpm dev", which leaves one there, or give one by --token or API_TOKEN`
          : `The API at ${url} wants a token: give one by --token or API_TOKEN`,
      );
    case 'FORBIDDEN':
      return failure(`${error.message}, which this token does not have: give another one by --token or API_TOKEN`);
    case 'NOT_FOUND':
      return failure(error.message, true);
    case 'CONFLICT':
      return failure(
        data.reason === 'VERSION_CONFLICT'
          ? `Somebody else has changed this user: look at it with "pnpm users get", then try again`
          : error.message,
        true,
      );
    case 'BAD_REQUEST':
      return failure(fieldErrors(data.fieldErrors) ?? error.message, true);
    case 'SERVICE_UNAVAILABLE':
      return failure(
        data.reason === 'OUTCOME_UNKNOWN'
          ? `${error.message}: look with "pnpm users get" whether it was done`
          : `The API at ${url} cannot do it now (${error.message}): try again later; ${url}/readyz says when it is ready`,
      );
    default:
      return failure(`${error.message}${data.requestId ? `; its log has more, at request ${data.requestId}` : ''}`);
  }
}

function fieldErrors(errors: Record<string, string[]> | undefined): string | undefined {
  if (!errors) return undefined;
  return Object.entries(errors)
    .map(([field, texts]) => `${field.replace(/^data\./, '')}: ${texts.join(', ')}`)
    .join('\n');
}

/** `fetch failed` says nothing, its cause does, and of several causes the first. */
function reasonOf(error: Error): string {
  const cause = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (cause instanceof Error) return reasonOf(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
