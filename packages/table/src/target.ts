import { confirm } from './confirm.js';
import { isLoopback } from './is-loopback.js';

export { isLoopback };

/** The database that the commands use: one at a URL, or AWS itself if there is no endpoint. */
export interface Target {
  readonly endpoint: string | undefined;
}

/** A write beyond this machine was not confirmed. The message is one line that says what to do. */
export class TargetNotConfirmedError extends Error {
  override readonly name = 'TargetNotConfirmedError';
  readonly code = 'TARGET_NOT_CONFIRMED';
}

/** The engine of `pnpm dev`. */
const localEndpoint = 'http://127.0.0.1:8000';

export interface TargetOptions {
  /** `--aws`: AWS itself. */
  aws?: boolean | undefined;
  /** The API that the other commands of this environment call. */
  apiUrl?: string | undefined;
}

/**
 * Returns the target of a command, by one rule for all of them: this machine, unless the environment names another
 * endpoint or the command says `--aws`. So the target does not depend on credentials that happen to be there.
 *
 * @throws TypeError if the options and the environment name different targets
 */
export function targetOf({ aws = false, apiUrl }: TargetOptions): Target {
  const variable = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'].find((name) => process.env[name]);
  if (variable && aws)
    throw new TypeError(`--aws is for AWS itself, but ${variable} is set: unset it, or leave --aws out`);
  if (variable) return { endpoint: process.env[variable] };
  if (aws) return { endpoint: undefined };
  if (apiUrl !== undefined && !isLoopback(apiUrl))
    throw new TypeError(
      `API_URL names ${apiUrl}, but nothing names its table: add --aws, or set AWS_ENDPOINT_URL; unset API_URL for this machine`,
    );
  return { endpoint: localEndpoint };
}

export interface WriteConfirmation {
  /** What is written to, such as `table users in eu-west-1`. */
  name: string;
  /** Undefined for AWS itself. */
  url: string | undefined;
  /** Confirmed by `--yes`. */
  yes?: boolean | undefined;
}

/**
 * Shows the target of a write beyond this machine, and asks for confirmation on a terminal.
 *
 * @throws TargetNotConfirmedError if the answer is not yes, or nobody can be asked
 */
export async function confirmWrite({ name, url, yes = false }: WriteConfirmation): Promise<void> {
  if (url !== undefined && isLoopback(url)) return;
  process.stderr.write(`This writes to ${name}, beyond this machine.\n`);
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new TargetNotConfirmedError('Nothing was written: add --yes if that is the right target');
  if (!(await confirm('Continue? [y/N] '))) throw new TargetNotConfirmedError('Nothing was written.');
}
