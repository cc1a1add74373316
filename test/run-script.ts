import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface RunOptions {
  args?: readonly string[];
  /** Added to this process's environment; undefined takes a variable out. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Sees all output so far after each piece of it, and may end the process. */
  onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export interface ScriptRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a TypeScript file of this repository as a process of its own, from source, with its working directory at the root. */
export async function runScript(path: string, { args = [], env = {}, onOutput }: RunOptions = {}): Promise<ScriptRun> {
  const child = spawn(process.execPath, ['--conditions=@aws-starter-kit/source', '--import', 'tsx', path, ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      onOutput?.(output.stdout + output.stderr, (signal) => child.kill(signal));
    });
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { exitCode, ...output };
}
