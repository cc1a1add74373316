import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';

/** Signals that are forwarded to the command. */
export const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const terminateAfterMs = 10_000;
/** Turborepo ignores SIGHUP, and after the terminal was closed nobody can press Ctrl-C. */
const terminateAfterHangUpMs = 500;
const killAfterMs = 5_000;

/**
 * Runs a command in this terminal and returns its exit code, which is 128 plus the signal number if a signal killed it.
 * When `abort` settles, the command is terminated.
 *
 * @throws the error of `spawn`, for example if the command does not exist
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  abort: Promise<unknown>,
): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  const forward = (signal: NodeJS.Signals) => {
    // In a terminal, Ctrl-C signals the whole group, so the command has it already. Many programs exit without clean-up
    // at a second one.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    terminateLater(child, signal === 'SIGHUP' ? terminateAfterHangUpMs : terminateAfterMs);
  };
  for (const signal of forwardedSignals) process.on(signal, forward);
  void abort.then(() => {
    child.kill('SIGTERM');
    terminateLater(child, 0);
  });
  try {
    return await exitCode(child);
  } finally {
    for (const signal of forwardedSignals) process.off(signal, forward);
  }
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + os.constants.signals[signal]));
  });
}

function terminateLater(child: ChildProcess, delayMs: number): void {
  setTimeout(() => child.kill('SIGTERM'), delayMs).unref();
  setTimeout(() => child.kill('SIGKILL'), delayMs + killAfterMs).unref();
}
