import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The state from which an interrupted run resumes. */
export interface RunState<S> {
  /** The state of an earlier run with the same identity, if there is one. */
  readonly saved: S | undefined;
  /** There is a state, but with another identity. */
  readonly isOutdated: boolean;
  save(state: S): void;
  remove(): void;
}

/** Identifies a run by its file and its table. */
export interface RunSubject {
  task: 'import' | 'export';
  file: string;
  table: string;
}

/**
 * Opens the state of a run in a folder, readable by its owner only. A new state is written to another file and then
 * replaces the old one, so that the process may be killed at any time.
 *
 * @param identity must be the same for a run to resume, such as the hash of its file
 */
export function runState<S>(folder: string, subject: RunSubject, identity: string): RunState<S> {
  const { task, file, table } = subject;
  const name = createHash('sha256')
    .update(JSON.stringify([resolve(file), table]))
    .digest('hex')
    .slice(0, 16);
  const path = resolve(folder, `users-${task}-${name}.json`);
  const before = read<{ identity: string; state: S }>(path);
  const isSame = before?.identity === identity;
  return {
    saved: isSame ? before?.state : undefined,
    isOutdated: before !== undefined && !isSame,
    save(state) {
      const next = `${path}.${process.pid}`;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(next, JSON.stringify({ identity, file: resolve(file), table, state }), { mode: 0o600 });
      renameSync(next, path);
    },
    remove: () => rmSync(path, { force: true }),
  };
}

function read<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
