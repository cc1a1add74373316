import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isApiError } from './api-error.js';
import { isLoopback } from './api-url.js';
import { demonstrate } from './demonstrate.js';
import { reasonOf } from './failure-reason.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// for PORT and API_URL
const envFile = ['.env', path.join(root, '.env')].find((file) => existsSync(file));
if (envFile) process.loadEnvFile(envFile);

const print = (line: string) => void process.stdout.write(`${line}\n`);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

const here = `http://127.0.0.1:${process.env.PORT || 3000}`;
const { url, token, yes, wait } = new Command('demo')
  .description('Goes through every procedure of the API, prints each call with its result, and deletes what it made.')
  .addOption(new Option('--url <url>', 'where the API answers').env('API_URL').default(here).argParser(parseUrl))
  .addOption(new Option('--token <token>', 'bearer token; on this machine that of `pnpm dev`').env('API_TOKEN'))
  .option('--yes', 'run against an API that is not on this machine', false)
  .option('--wait <seconds>', 'how long to wait for the API', parseSeconds, 30)
  .parse()
  .opts<{ url: string; token?: string; yes: boolean; wait: number }>();

/** Where an API in development leaves a token at each start. */
const tokenFile = path.resolve(root, process.env.AUTH_TOKEN_FILE || '.local/api-token');
const readToken = () => readFile(tokenFile, 'utf8').catch(() => undefined);

try {
  if (!URL.canParse(url)) throw new Error(`PORT holds "${process.env.PORT}"; it may hold a whole number up to 65535`);
  if (new URL(url).port === '0') throw new Error('PORT is 0, any free one: say which it became, by --url or API_URL');
  if (!isLoopback(url) && !yes)
    throw new Error(`${url} is not on this machine, and the demo makes and deletes users there. To do so, add --yes.`);
  const isLocal = token === undefined && isLoopback(url);
  await demonstrate({ url, token: isLocal ? readToken : token, waitMs: wait * 1_000, signal: stop.signal, print });
  if (isLocal) print(`  curl -H "Authorization: Bearer $(cat '${tokenFile}')" ${url}/trpc/users.count\n`);
} catch (error) {
  const { aborted } = stop.signal;
  const noAnswer = isApiError(error) && !error.data ? 'The API gave no answer that can be read: ' : '';
  const failure = `The demo failed. ${noAnswer}${reasonOf(error)}`;
  print(`\n${aborted ? 'The demo was stopped.' : styleText('red', failure)}`);
  process.exitCode = aborted ? 130 : 1;
}

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new InvalidArgumentError('Give one like http://127.0.0.1:3000.');
  return text.replace(/\/+$/, '');
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new InvalidArgumentError('Give a number of seconds.');
}
