#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { type EngineName, engineNames } from './engine-name.js';
import { loadEnvFile } from './load-env-file.js';
import { forwardedSignals } from './run-command.js';
import { defaultPort, engineOptions, environmentOf, runWithEngine, titleOf } from './run-with-engine.js';
import { startLocalDynamo } from './start-local-dynamo.js';

interface Flags {
  readonly port?: number;
  readonly data?: string;
  readonly memory?: boolean;
  readonly engine?: EngineName;
  readonly env: Record<string, string>;
}

const program = new Command('local-dynamo')
  .description('Starts a DynamoDB for development (dynoxide or DynamoDB Local), or uses the one at AWS_ENDPOINT_URL.')
  .option('--port <number>', `port on 127.0.0.1, 0 for any free port (default: ${defaultPort})`, parsePort)
  .option('--data <folder>', 'data folder, which survives a restart (default: ".local/dynamo")')
  .option('--memory', 'keep data in memory only')
  .addOption(new Option('--engine <name>', 'engine to start, even if AWS_ENDPOINT_URL is set').choices(engineNames))
  .option('--env <NAME=value>', 'default of a variable, unless the environment or .env sets it', collectVariable, {})
  .argument(
    '[command...]',
    'command to run with the engine, after --; it gets AWS_ENDPOINT_URL, and the engine stops when it exits',
  )
  .passThroughOptions()
  .showHelpAfterError('(--help lists the options)')
  .action(async (command: string[], flags: Flags) => {
    loadEnvFile('.env');
    const [file, ...args] = command;
    if (file === undefined) process.exit(await runEngine(flags));
    const env = { ...flags.env, ...withoutEmpty(process.env) };
    process.exit(await runWithEngine({ ...flags, command: [file, ...args], env, print }));
  });

program.parseAsync().catch((error: unknown) => {
  // the message of an error with a code explains it; any other error is a bug, which needs its stack
  const isExplained = error instanceof Error && 'code' in error;
  print(isExplained ? `local-dynamo: ${error.message}` : error);
  process.exit(1);
});

/** Runs the engine until Ctrl-C. */
async function runEngine(flags: Flags): Promise<number> {
  const dynamo = await startLocalDynamo({ ...engineOptions(flags), port: flags.port ?? defaultPort });
  if (dynamo.engine === 'endpoint') {
    print(`AWS_ENDPOINT_URL is ${dynamo.endpoint}, and a DynamoDB answers there: there is nothing to start.`);
    return 0;
  }
  print(`${titleOf(dynamo, flags)}\n\nTo use it:`);
  for (const [name, value] of Object.entries(environmentOf(dynamo))) print(`  export ${name}=${value}`);
  print('\nPress Ctrl-C to stop it.');

  const keepAlive = setInterval(() => {}, 2 ** 30);
  const signalled = new Promise<undefined>((resolve) => {
    for (const signal of forwardedSignals) process.on(signal, () => resolve(undefined));
  });
  const death = await Promise.race([signalled, dynamo.died]);
  clearInterval(keepAlive);
  await dynamo.stop();
  if (death !== undefined) print(`local-dynamo: ${death.message}`);
  return death === undefined ? 0 : 1;
}

function collectVariable(text: string, variables: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be NAME=value.');
  return { ...variables, [name]: value };
}

function withoutEmpty(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('It must be a whole number from 0 (any free port) to 65535.');
  return port;
}

/** Prints to stderr, because stdout belongs to the command. */
function print(text: unknown): void {
  // biome-ignore lint/suspicious/noConsole: the output of the program
  console.error(text);
}
