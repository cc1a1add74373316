import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Where an interrupted run goes on from. */
export interface RunState<S> {
  /** What was saved by a run with the same identity; undefined: start from the beginning. */
  readonly saved: S | undefined;
  /** There was one, but of a file that has changed since. */
  readonly isOutdated: boolean;
  save(state: S): void;
  remove(): void;
}

/** What a run is about: the file and the table. */
export interface RunSubject {
  task: 'import' | 'export';
  file: string;
  table: string;
}

/**
 * The state of a run, in a folder beside others' (`.local`), readable by its owner only. It is written beside the old one and then takes its
 * place, so that a process may end at any time.
 * @param identity what must be the same for a run to go on, such as the hash of its file
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
