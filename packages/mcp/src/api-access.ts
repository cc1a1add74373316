import { readFile } from 'node:fs/promises';
import { type ApiClientOptions, createApiClient } from '@aws-starter-kit/client';
import { tokenFileAt } from '@aws-starter-kit/local-api';
import { isLoopback } from '@aws-starter-kit/table/target';
import type { ToolApi } from './call-tool.js';
import { UsageError } from './usage-error.js';

export interface ApiAccess {
  /** The URL of the API. */
  readonly url: string;
  /** Deadline of a call including retries, in milliseconds. @default that of the client */
  readonly deadlineMs?: number | undefined;
  /** Longest result of a tool, in characters. @default 100,000, for 100 entities of 1 KB */
  readonly maxAnswerChars?: number | undefined;
}

const defaultMaxAnswerChars = 100_000;

/** Returns the API for one caller. @throws UsageError as `assertSecure` does */
export function toolApi(
  { url, deadlineMs, maxAnswerChars = defaultMaxAnswerChars }: ApiAccess,
  caller: Pick<ApiClientOptions, 'token' | 'headers'>,
): ToolApi {
  assertSecure(url);
  return { client: createApiClient({ ...caller, url, deadlineMs }), url, maxAnswerChars };
}

/** Rejects plain http to another machine, which would expose tokens. @throws UsageError */
export function assertSecure(url: string): void {
  if (new URL(url).protocol === 'http:' && !isLoopback(url))
    throw new UsageError(`Tokens would be readable on their way to ${url}: use https`);
}

/** Returns the token of the local user. For an API on this machine, the default is the token that `pnpm dev` wrote. */
export function ownToken(url: string, { API_TOKEN, AUTH_TOKEN_FILE }: NodeJS.ProcessEnv): ApiClientOptions['token'] {
  if (API_TOKEN) return API_TOKEN;
  const file = tokenFileAt(AUTH_TOKEN_FILE || undefined);
  return isLoopback(url) ? () => readFile(file, 'utf8').catch(() => undefined) : undefined;
}
