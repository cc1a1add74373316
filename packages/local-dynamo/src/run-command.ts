import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';

/** Signals that end things; each is handed on to the command. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const patienceMs = 10_000;
/** Turborepo ignores SIGHUP: with the terminal closed, nobody is left to press Ctrl-C. */
const hangUpPatienceMs = 500;
const killAfterMs = 5_000;

/**
 * Runs a command with this terminal and returns its exit code (128 and the signal's number if a signal ended it), but not
 * before it has ended. It is asked to end when `abort` settles.
 *
 * @throws what `spawn` meets: a command that does not exist
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  abort: Promise<unknown>,
): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  const handOn = (signal: NodeJS.Signals) => {
    // Ctrl-C goes to the whole group: the command has it already, and many take a second one as "now, without cleaning up".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    endLater(child, signal === 'SIGHUP' ? hangUpPatienceMs : patienceMs);
  };
  for (const signal of endingSignals) process.on(signal, handOn);
  void abort.then(() => {
    child.kill('SIGTERM');
    endLater(child, 0);
  });
  try {
    return await exitCode(child);
  } finally {
    for (const signal of endingSignals) process.off(signal, handOn);
  }
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + os.constants.signals[signal]));
  });
}

function endLater(child: ChildProcess, patienceMs: number): void {
  setTimeout(() => child.kill('SIGTERM'), patienceMs).unref();
  setTimeout(() => child.kill('SIGKILL'), patienceMs + killAfterMs).unref();
}
