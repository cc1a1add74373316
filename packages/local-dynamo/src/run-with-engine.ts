import path from 'node:path';
import type { EngineName } from './engine-name.js';
import { DataDirInUseError, PortTakenError } from './errors.js';
import { runCommand } from './run-command.js';
import { type LocalDynamo, type LocalDynamoOptions, startLocalDynamo } from './start-local-dynamo.js';

export interface EngineOptions {
  /** @default 8000, or a free port if it is taken */
  readonly port?: number | undefined;
  /** @default `.local/dynamo`, or in memory if it is in use */
  readonly data?: string | undefined;
  readonly memory?: boolean | undefined;
  readonly engine?: EngineName | undefined;
}

/** A command, its environment and the engine that it gets. */
export interface RunOptions extends EngineOptions {
  readonly command: readonly [file: string, ...args: string[]];
  /** Environment of the command, in addition to the variables that reach the engine. */
  readonly env: NodeJS.ProcessEnv;
  /** Prints a line. */
  readonly print: (text: string) => void;
}

export const defaultPort = 8000;
const defaultData = '.local/dynamo';

/** Runs an engine as long as a command runs. Returns the exit code of the command, or 1 if the engine died. */
export async function runWithEngine(options: RunOptions): Promise<number> {
  const { command, env, print } = options;
  const [file, ...args] = command;
  const { dynamo, title } = await startEngine(options, print);
  print(title);
  let engineDied = false;
  const died = dynamo.died.then((death) => {
    engineDied = true;
    print(`local-dynamo: ${death.message}\nlocal-dynamo: stopping ${file}, which needs it.`);
  });
  try {
    const code = await runCommand(file, args, { ...env, ...environmentOf(dynamo) }, died);
    return engineDied ? 1 : code;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    print(`local-dynamo: the command ${file} does not exist.`);
    return 127;
  } finally {
    await dynamo.stop();
  }
}

/** Starts at the default port and folder. Where one of them is in use and was not asked for, takes another. */
async function startEngine(options: EngineOptions, print: (text: string) => void) {
  const { port = defaultPort, memory = false } = options;
  try {
    const dynamo = await startLocalDynamo({ ...engineOptions(options), port });
    return { dynamo, title: titleOf(dynamo, options) };
  } catch (error) {
    if (error instanceof PortTakenError && options.port === undefined) {
      print(`Port ${error.port} is taken by ${error.holder ?? 'another process'}: taking a free one.`);
      return startEngine({ ...options, port: 0 }, print);
    }
    if (error instanceof DataDirInUseError && options.data === undefined && !memory) {
      print(`The folder ${defaultData} is in use by another engine: data are kept in memory.`);
      return startEngine({ ...options, memory: true }, print);
    }
    throw error;
  }
}

export function engineOptions({ memory, data = defaultData, engine }: EngineOptions): LocalDynamoOptions {
  return { ...(memory ? {} : { dataDir: data }), ...(engine ? { engine } : {}) };
}

/** The variables that the SDK needs to reach the engine. The SDK needs credentials to sign; the engines accept any. */
export function environmentOf({ endpoint }: LocalDynamo): Record<string, string> {
  const hasCredentials = process.env.AWS_ACCESS_KEY_ID && process.env.AWS_SECRET_ACCESS_KEY;
  return {
    AWS_ENDPOINT_URL: endpoint,
    ...(process.env.AWS_ENDPOINT_URL_DYNAMODB ? { AWS_ENDPOINT_URL_DYNAMODB: endpoint } : {}), // it takes precedence
    AWS_REGION: process.env.AWS_REGION || 'us-east-1',
    ...(hasCredentials ? {} : { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }),
  };
}

/** Returns the line that says which engine answers where. */
export function titleOf({ engine, endpoint }: LocalDynamo, { memory, data = defaultData }: EngineOptions): string {
  if (engine === 'endpoint') return `DynamoDB at ${endpoint}, from AWS_ENDPOINT_URL`;
  const where = memory ? 'in memory' : `files in ${path.relative('', data) || '.'}`;
  return `DynamoDB at ${endpoint} (${engine}, ${where})`;
}
