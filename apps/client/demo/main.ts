import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isApiError } from '../src/index.js';
import { failureReason } from './failure-reason.js';
import { isLoopback } from './is-loopback.js';
import { runDemo } from './run-demo.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
loadVariables(['.env', path.join(root, '.env')]);

const print = (line: string) => void process.stdout.write(`${line}\n`);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

const defaultUrl = `http://127.0.0.1:${process.env.PORT || 3000}`;
const { url, token, yes, wait } = new Command('demo')
  .description('Calls every procedure of the API, prints each call with its result, and deletes the users it creates.')
  .addOption(new Option('--url <url>', 'URL of the API').env('API_URL').default(defaultUrl).argParser(parseUrl))
  .addOption(new Option('--token <token>', 'bearer token (default: the one of `pnpm dev`)').env('API_TOKEN'))
  .option('--yes', 'allow an API on another machine', false)
  .option('--wait <seconds>', 'how long to wait for the API', parseSeconds, 30)
  .parse()
  .opts<{ url: string; token?: string; yes: boolean; wait: number }>();

/** The API writes a new token here each time it starts in development. */
const tokenFile = path.resolve(root, process.env.AUTH_TOKEN_FILE || '.local/api-token');
const readToken = () => readFile(tokenFile, 'utf8').catch(() => undefined);

try {
  if (!URL.canParse(url)) throw new Error(`PORT is "${process.env.PORT}"; it must be a whole number up to 65535`);
  if (new URL(url).port === '0')
    throw new Error('PORT is 0, which means any free port: pass the URL of the API with --url or API_URL');
  if (!isLoopback(url) && !yes)
    throw new Error(
      `${url} is on another machine, and the demo creates and deletes users there. To allow it, add --yes.`,
    );
  const usesLocalToken = token === undefined && isLoopback(url);
  await runDemo({ url, token: usesLocalToken ? readToken : token, waitMs: wait * 1_000, signal: stop.signal, print });
  if (usesLocalToken)
    print(`  sed 's/^/Authorization: Bearer /' '${fromRoot(tokenFile)}' |\n    curl -H @- ${url}/trpc/users.count\n`);
} catch (error) {
  const { aborted } = stop.signal;
  const prefix = isApiError(error) && !error.data ? 'The API gave no readable answer: ' : '';
  const failure = `The demo failed. ${prefix}${failureReason(error)}`;
  print(`\n${aborted ? 'The demo was stopped.' : styleText('red', failure)}`);
  process.exitCode = aborted ? 130 : 1;
}

/** Sets what the environment leaves unset or empty, for PORT, API_URL and API_TOKEN, as the API does. */
function loadVariables(files: readonly string[]): void {
  const file = files.find((file) => existsSync(file));
  for (const [name, value] of Object.entries(file ? parseEnv(readFileSync(file, 'utf8')) : {})) {
    if (!process.env[name] && value) process.env[name] = value;
  }
}

/** Shortens a path within the repository, whose commands are typed at its root. */
function fromRoot(file: string): string {
  const relative = path.relative(root, file);
  return relative.startsWith('..') ? file : relative;
}

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:3000.');
  return text.replace(/\/+$/, '');
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds.');
}
