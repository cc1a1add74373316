import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, vi } from 'vitest';

const packageFolder = path.join(import.meta.dirname, '..');

/** A process under test, with its output so far. */
export interface Running {
  readonly child: ChildProcess;
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  /** Resolves when it has exited. */
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Runs a TypeScript file of this package as a process, from source. */
export function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const loader = ['--conditions=@aws-starter-kit/source', '--import', 'tsx'];
  const { AWS_ENDPOINT_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [...loader, file, ...args], {
    cwd: packageFolder,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exit = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return { child, output: () => ({ stdout, stderr }), exit };
}

export function packageFile(name: string): string {
  return path.join(packageFolder, name);
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Creates a folder that is removed after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'local-dynamo-test-'));
  folders.push(folder);
  return folder;
}

/** Returns the pid of the engine that uses a data folder. */
export function enginePid(dataDir: string): number {
  return JSON.parse(readFileSync(path.join(dataDir, 'engine.json'), 'utf8')).engine.pid;
}

/** Waits until a check holds, on a busy machine too. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 60_000, interval: 10 });

/** Waits until the output of a process matches. */
export async function waitForOutput(process: Running, pattern: RegExp): Promise<string> {
  return eventually(() => {
    const { stdout, stderr } = process.output();
    const match = pattern.exec(stdout + stderr);
    if (match === null) throw new Error(`no output matches ${pattern}\n${stdout}${stderr}`);
    return match[1] ?? match[0];
  });
}
