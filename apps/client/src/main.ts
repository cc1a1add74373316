import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isApiError } from './api-error.js';
import { isLoopback } from './api-url.js';
import { DemoFailure } from './demo-failure.js';
import { demonstrate } from './demonstrate.js';
import { reasonOf } from './failure-reason.js';
import { localTokenFile, readLocalToken } from './local-token.js';

interface Arguments {
  url: string;
  token?: string;
  yes: boolean;
  wait: number;
}

loadEnvFile();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort());
}

const { url, token, yes, wait } = new Command('demo')
  .description('Goes through every procedure of the API, prints each call with its result, and deletes what it made.')
  .addOption(
    new Option('--url <url>', 'where the API answers')
      .env('API_URL')
      .default(`http://127.0.0.1:${process.env.PORT || 3000}`)
      .argParser(parseUrl),
  )
  .addOption(
    new Option(
      '--token <token>',
      'bearer token to send with each call; on this machine by default that of `pnpm dev`',
    ).env('API_TOKEN'),
  )
  .option('--yes', 'run against an API that is not on this machine', false)
  .option('--wait <seconds>', 'how long to wait for the API', parseSeconds, 30)
  .parse()
  .opts<Arguments>();

try {
  if (!isLoopback(url) && !yes) {
    throw new DemoFailure(
      `${url} is not on this machine, and the demo creates and deletes users there. If you want that, add --yes.`,
    );
  }
  const isLocal = token === undefined && isLoopback(url);
  await demonstrate({ url, token: isLocal ? readLocalToken : token, waitMs: wait * 1_000, signal: stop.signal, print });
  if (isLocal) print(`  curl -H "Authorization: Bearer $(cat '${localTokenFile()}')" ${url}/trpc/users.count\n`);
} catch (error) {
  print(
    stop.signal.aborted ? '\nThe demo was stopped.' : `\n${styleText('red', `The demo failed. ${explain(error)}`)}`,
  );
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

/** Loads `.env` of the working directory, else of the repository, for `PORT` and `API_URL`. */
function loadEnvFile(): void {
  const files = ['.env', fileURLToPath(new URL('../../../.env', import.meta.url))];
  const file = files.find((path) => existsSync(path));
  if (file) process.loadEnvFile(file);
}

function explain(error: unknown): string {
  if (isApiError(error) && error.data?.code === 'UNAUTHORIZED')
    return `${reasonOf(error)}. Give one that the API takes by --token or API_TOKEN.`;
  const gotNoAnswer = isApiError(error) && !error.data;
  return gotNoAnswer ? `The API gave no answer that can be read: ${reasonOf(error)}` : reasonOf(error);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new InvalidArgumentError('Give one like http://127.0.0.1:3000.');
  return text.replace(/\/+$/, '');
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds < 0) throw new InvalidArgumentError('Give a number of seconds.');
  return seconds;
}
