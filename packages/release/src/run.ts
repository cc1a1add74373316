import { spawn } from 'node:child_process';
import { UsageError } from './usage-error.js';

export interface RunOptions {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Variables that npm and pnpm set for this command. They would direct another npm to this repository. */
const ofNpm = /^(npm_(?!config_(registry|cache|userconfig)$)|INIT_CWD$)/i;

/** Runs a command and returns its exit code and output. */
export async function tryRun(command: string, args: readonly string[], { folder, env = {} }: RunOptions) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofNpm.test(name)));
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...inherited, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve(code ?? 1));
  });
  return { exitCode, ...output };
}

/**
 * Runs a command that must succeed, and returns its standard output.
 *
 * @throws {UsageError} The command failed. The message has its last lines.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await tryRun(command, args, options);
  if (exitCode === 0) return stdout;
  const last = `${stdout}${stderr}`.trimEnd().split('\n').slice(-20).join('\n');
  throw new UsageError(`${command} ${args.join(' ')} failed with exit code ${exitCode}:\n${last}`);
}
