#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { PortTakenError } from './errors.js';
import { type EngineName, engineNames } from './find-engine.js';
import { endingSignals, runCommand } from './run-command.js';
import { type LocalDynamo, type LocalDynamoOptions, startLocalDynamo } from './start-local-dynamo.js';

interface Flags {
  readonly port?: number;
  readonly data: string;
  readonly memory?: boolean;
  readonly engine?: EngineName;
  readonly env: Record<string, string>;
}

const defaultPort = 8000;

const program = new Command('local-dynamo')
  .description('Starts a DynamoDB for development: dynoxide, or DynamoDB Local, or uses the one in AWS_ENDPOINT_URL.')
  .option('--port <number>', `port on 127.0.0.1; 0: any free one (default: ${defaultPort})`, parsePort)
  .option('--data <folder>', 'where the files are; they survive a restart', '.local/dynamo')
  .option('--memory', 'keep everything in memory, write no files')
  .addOption(
    new Option('--engine <name>', 'this engine and no other, even if AWS_ENDPOINT_URL is set').choices(engineNames),
  )
  .option(
    '--env <NAME=value>',
    'a variable for the command, unless the environment or .env has it',
    collectVariable,
    {},
  )
  .argument(
    '[command...]',
    'a command to run beside the engine, after --: it gets AWS_ENDPOINT_URL, and its end ends the engine',
  )
  .passThroughOptions()
  .showHelpAfterError('(--help lists what there is)')
  .action(async (command: string[], flags: Flags) => {
    const [file, ...args] = command;
    process.exit(file === undefined ? await runEngine(flags) : await runBeside(flags, file, args));
  });

program.parseAsync().catch((error: unknown) => {
  // What has a code is a mistake or a circumstance that its message explains; all else is a bug, and its stack is wanted.
  const isExplained = error instanceof Error && 'code' in error;
  say(isExplained ? `local-dynamo: ${error.message}` : error);
  process.exit(1);
});

/** The engine alone, until Ctrl-C. */
async function runEngine(flags: Flags): Promise<number> {
  const dynamo = await startLocalDynamo({ ...optionsOf(flags), port: flags.port ?? defaultPort });
  if (dynamo.engine === 'endpoint') {
    say(`AWS_ENDPOINT_URL is ${dynamo.endpoint}, and a DynamoDB answers there: nothing to start.`);
    return 0;
  }
  say(`${title(dynamo, flags)}\n\nTo use it:`);
  for (const [name, value] of Object.entries(environmentOf(dynamo))) say(`  export ${name}=${value}`);
  say('\nCtrl-C ends it.');

  const staysAlive = setInterval(() => {}, 2 ** 30);
  const signalled = new Promise<undefined>((resolve) => {
    for (const signal of endingSignals) process.on(signal, () => resolve(undefined));
  });
  const death = await Promise.race([signalled, dynamo.died]);
  clearInterval(staysAlive);
  await dynamo.stop();
  if (death !== undefined) say(`local-dynamo: ${death.message}`);
  return death === undefined ? 0 : 1;
}

/** The engine for as long as a command runs. */
async function runBeside(flags: Flags, file: string, args: readonly string[]): Promise<number> {
  const dynamo = await startAtPreferredPort(flags);
  say(title(dynamo, flags));
  let engineDied = false;
  const died = dynamo.died.then((death) => {
    engineDied = true;
    say(`local-dynamo: ${death.message}\nlocal-dynamo: ending ${file}, which cannot go on without it.`);
  });
  try {
    const code = await runCommand(file, args, { ...defaultsOf(flags), ...process.env, ...environmentOf(dynamo) }, died);
    return engineDied ? 1 : code;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    say(`local-dynamo: there is no command ${file}.`);
    return 127;
  } finally {
    await dynamo.stop();
  }
}

/** A port that nobody asked for by number may be another one. */
async function startAtPreferredPort(flags: Flags): Promise<LocalDynamo> {
  const options = optionsOf(flags);
  try {
    return await startLocalDynamo({ ...options, port: flags.port ?? defaultPort });
  } catch (error) {
    if (!(error instanceof PortTakenError) || flags.port !== undefined) throw error;
    say(`Port ${error.port} is taken by ${error.holder ?? 'another process'}: taking a free one.`);
    return startLocalDynamo({ ...options, port: 0 });
  }
}

function optionsOf(flags: Flags): LocalDynamoOptions {
  return { ...(flags.memory ? {} : { dataDir: flags.data }), ...(flags.engine ? { engine: flags.engine } : {}) };
}

/** What the SDK needs to reach the engine. It signs each request, so it wants credentials; the engines take any. */
function environmentOf({ endpoint }: LocalDynamo): Record<string, string> {
  const hasCredentials = process.env.AWS_ACCESS_KEY_ID && process.env.AWS_SECRET_ACCESS_KEY;
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: process.env.AWS_REGION || 'us-east-1',
    ...(hasCredentials ? {} : { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }),
  };
}

/** Variables of `--env` that nobody set: what `.env` holds is left for the command to load. */
function defaultsOf({ env }: Flags): Record<string, string> {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return Object.fromEntries(Object.entries(env).filter(([name]) => !(name in file)));
}

function collectVariable(text: string, variables: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It may be NAME=value.');
  return { ...variables, [name]: value };
}

function title({ engine, endpoint }: LocalDynamo, flags: Flags): string {
  if (engine === 'endpoint') return `DynamoDB at ${endpoint}, as AWS_ENDPOINT_URL says`;
  const where = flags.memory ? 'in memory' : `files in ${path.relative('', flags.data) || '.'}`;
  return `DynamoDB at ${endpoint} (${engine}, ${where})`;
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('It may be a whole number from 0 (any free one) to 65535.');
  return port;
}

/** On stderr: stdout belongs to the command. */
function say(text: unknown): void {
  // biome-ignore lint/suspicious/noConsole: this is the program's own output
  console.error(text);
}
