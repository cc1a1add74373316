import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Invocation, type InvocationError, runtimeApi } from './runtime-api.js';
import { type RuntimeClient, runtimeClient } from './runtime-client.js';

export interface FunctionOptions {
  /** The file with the handler. */
  readonly file: string;
  /** The name of the exported handler. @default 'handler' */
  readonly handler?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** @default `runtimeClient()` */
  readonly client?: RuntimeClient | undefined;
}

/** The initialization of a function failed. */
export class InitError extends Error {
  override readonly name = 'InitError';
  /** The error as the runtime reported it; undefined if the process ended without a report. */
  readonly reported: InvocationError | undefined;
  readonly output: string;
  constructor(reported: InvocationError | undefined, output: string) {
    super(reported?.errorMessage ?? `The function ended while it was initialized: ${output}`);
    this.reported = reported;
    this.output = output;
  }
}

/** A function in its runtime, like one execution environment of Lambda. */
export interface RunningFunction {
  /** Milliseconds from the start of the process to its request for the first event. */
  readonly initMs: number;
  /** @param timeoutMs of the function. @default 30000 */
  invoke(event: unknown, timeoutMs?: number): Invocation;
  /** Returns the output so far, of standard output and standard error. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Returns the peak memory of the process so far, in MB. */
  peakMb(): number;
  /** Returns the CPU time of the process so far, in milliseconds. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** The environment variables that Lambda sets for each function. */
const lambdaEnv = {
  PATH: process.env.PATH ?? '',
  TZ: ':UTC',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
  AWS_LAMBDA_FUNCTION_NAME: 'local',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/local',
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/**
 * Runs a function in AWS's runtime interface client against a Runtime API on this machine. Resolves when it is
 * initialized.
 * @throws InitError, or Error if the client is missing
 */
export async function startFunction(options: FunctionOptions): Promise<RunningFunction> {
  const { file, handler = 'handler', env = {}, client = await runtimeClient() } = options;
  if (client.missing !== undefined) throw new Error(client.missing);
  const api = await runtimeApi();
  const { name, dir } = path.parse(path.resolve(file));
  const began = performance.now();
  const child = spawn(process.execPath, [client.file], {
    cwd: dir,
    env: {
      ...lambdaEnv,
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: dir,
      _HANDLER: `${name}.${handler}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  let reported: InvocationError | undefined;
  api.initError.then((error) => {
    reported = error;
  });
  const isReady = await Promise.race([api.ready.then(() => true), ended.then(() => false)]);
  const initMs = performance.now() - began;
  if (!isReady) {
    api.close();
    throw new InitError(reported, output);
  }
  return {
    initMs,
    invoke: (event, timeoutMs = 30_000) => api.invoke(event, timeoutMs),
    output: () => output,
    signal: (signal) => void child.kill(signal),
    ended,
    peakMb: () => Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    async stop() {
      child.kill('SIGKILL');
      await ended;
      api.close();
    },
  };
}

/** Returns the CPU time of all threads of a process, from /proc: on Linux only. */
function cpuMsOf(pid: number): number {
  const folder = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(folder).map(
    (thread) => readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0],
  );
  return nanoseconds.reduce((sum, time) => sum + Number(time), 0) / 1e6;
}
