import { existsSync, statSync } from 'node:fs';
import { type User, type UserService, userSchema } from '@aws-starter-kit/users';
import { stringify } from 'csv-stringify/sync';
import type { Format } from './file-format.js';
import { runState } from './run-state.js';
import { fileSink, isResumable, partOf, type Sink, streamSink } from './sink.js';

export interface ExportOptions {
  users: UserService;
  /** @default the standard output */
  file?: string | undefined;
  format: Format;
  /** Names table and place, so that a run goes on only with the table that it began with. */
  table: string;
  /** Users that are read and written together, at most 1,000. @default 1000 */
  pageSize?: number | undefined;
  /** Where the state of a run is kept until it has ended. @default .local */
  stateFolder?: string | undefined;
  /** Ends the run after the page that is under way, with `signal.reason`; the next run goes on from there. */
  signal?: AbortSignal | undefined;
  onStart?: ((start: { done: number; origin: 'new' | 'resumed' }) => void) | undefined;
  onProgress?: ((report: ExportReport) => void) | undefined;
}

export interface ExportReport {
  users: number;
  bytes: number;
}

interface SavedRun extends ExportReport {
  cursor: string | undefined;
}

const columns = Object.keys(userSchema.shape);

/**
 * Writes all users in order of creation, page by page in bounded memory. A file has its name only when it is whole; until then it is
 * `<file>.part`, and the same call goes on with it. Who is created meanwhile is at its end; who is changed meanwhile is in it as first read.
 * @throws FileProblem, the database's errors, `signal.reason`
 */
export async function exportUsers(options: ExportOptions): Promise<ExportReport> {
  const { users, file, format, table, signal, pageSize = 1000, stateFolder = '.local' } = options;
  const state =
    file === undefined || !isResumable(file)
      ? undefined
      : runState<SavedRun>(stateFolder, { task: 'export', file, table }, format);
  const saved = file !== undefined && hasPart(file, state?.saved) ? state?.saved : undefined;
  const report = { users: saved?.users ?? 0, bytes: saved?.bytes ?? 0 };
  const sink: Sink = file === undefined ? streamSink(process.stdout) : fileSink(file, report.bytes);
  options.onStart?.({ done: report.users, origin: saved ? 'resumed' : 'new' });
  try {
    let cursor = saved?.cursor;
    do {
      signal?.throwIfAborted();
      const page = await users.listUsers({ limit: pageSize, cursor });
      cursor = page.cursor;
      await sink.write(textOf(page.items, format, sink.bytes === 0));
      report.users += page.items.length;
      report.bytes = sink.bytes;
      if (cursor !== undefined) state?.save({ ...report, cursor });
      options.onProgress?.(report);
    } while (cursor !== undefined);
  } catch (error) {
    sink.abandon();
    throw error;
  }
  sink.finish();
  state?.remove();
  return report;
}

/** What an interrupted run has written must be there for the next one to go on with. */
const hasPart = (file: string, saved: SavedRun | undefined): boolean =>
  saved !== undefined && existsSync(partOf(file)) && statSync(partOf(file)).size >= saved.bytes;

function textOf(users: readonly User[], format: Format, isFirst: boolean): string {
  if (format === 'csv') return stringify([...users], { header: isFirst, columns });
  return users.map((user) => `${JSON.stringify(user, columns)}\n`).join('');
}
