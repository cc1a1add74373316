import { type User, type UserService, userSchema } from '@aws-starter-kit/users';
import { csvText } from './csv-text.js';
import type { Format } from './file-format.js';
import { jsonText } from './json-text.js';
import { hasPart, isResumable, openSink } from './open-sink.js';
import { runState } from './run-state.js';

export interface ExportOptions {
  users: UserService;
  /** @default stdout */
  file?: string | undefined;
  format: Format;
  /** Identifies the table and its endpoint, so that a run resumes with the same table only. */
  table: string;
  /** How many users are read and written together, at most 1,000. @default 1000 */
  pageSize?: number | undefined;
  /** The folder for the state of the run. @default .local */
  stateFolder?: string | undefined;
  /** Stops the run after the current page, with `signal.reason`. The next run resumes from there. */
  signal?: AbortSignal | undefined;
  /** Called if the output is a named pipe that has no reader yet. */
  onWait?: (() => void) | undefined;
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
 * Writes all users in order of creation, page by page in bounded memory. An incomplete file is named `<file>.part`, and
 * the same call resumes it. Users that are created in the meantime are at its end; users that are changed are in it as
 * they were first read.
 *
 * @throws FileProblem, the errors of the database, `signal.reason`
 */
export async function exportUsers(options: ExportOptions): Promise<ExportReport> {
  const { users, file, format, table, signal, pageSize = 1000, stateFolder = '.local' } = options;
  const state =
    file === undefined || !isResumable(file)
      ? undefined
      : runState<SavedRun>(stateFolder, { task: 'export', file, table }, format);
  const saved = file !== undefined && state?.saved && hasPart(file, state.saved.bytes) ? state.saved : undefined;
  const report = { users: saved?.users ?? 0, bytes: saved?.bytes ?? 0 };
  options.onStart?.({ done: report.users, origin: saved ? 'resumed' : 'new' });
  const sink = await openSink(file, { bytes: report.bytes, signal, onWait: options.onWait });
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

function textOf(users: readonly User[], format: Format, isFirst: boolean): string {
  if (format === 'csv') return csvText(users, { header: isFirst, columns });
  return users.map((user) => `${jsonText(user, { columns })}\n`).join('');
}
