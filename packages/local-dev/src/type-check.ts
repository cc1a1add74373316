import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

/** Returns a function that checks the types of TypeScript projects and prints their errors. A newer check ends an older one. */
export function typeChecker(projects: readonly string[], print: (text: string) => void): () => void {
  let run: AbortController | undefined;
  let hadErrors = false;
  return () => {
    run?.abort();
    const current = new AbortController();
    run = current;
    void check(projects, current.signal).then((errors) => {
      if (current.signal.aborted) return;
      if (errors !== '') print(errors);
      else if (hadErrors) print('Types: no errors.');
      hadErrors = errors !== '';
    });
  };
}

/** Returns the errors of the first project that has any. The next one imports its code, so it would repeat them. */
async function check(projects: readonly string[], signal: AbortSignal): Promise<string> {
  for (const project of projects) {
    if (signal.aborted) return '';
    const errors = await outputOfCompiler(project, signal);
    if (errors !== '') return errors;
  }
  return '';
}

function outputOfCompiler(project: string, signal: AbortSignal): Promise<string> {
  const state = path.resolve(project, '.dev/types.tsbuildinfo');
  const pretty = String(process.stdout.isTTY === true);
  const child = spawn(
    'tsc',
    ['-p', project, '--noEmit', '--incremental', '--tsBuildInfoFile', state, '--pretty', pretty],
    { stdio: ['ignore', 'pipe', 'inherit'], signal, shell: process.platform === 'win32' },
  );
  yieldToOthers(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve('')); // aborted
    child.once('close', (exitCode) => resolve(exitCode === 0 ? '' : output.trimEnd()));
  });
}

/** The program starts beside it, and somebody waits for that. */
function yieldToOthers({ pid }: ChildProcess): void {
  if (pid !== undefined) os.setPriority(pid, os.constants.priority.PRIORITY_LOW);
}
