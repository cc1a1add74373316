import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UserService } from '@aws-starter-kit/users';
import type { Format } from './file-format.js';
import { type ReadOptions, readRows } from './read-rows.js';
import { newRejectedFile, openRejectedRows, type RejectedRow } from './rejected-rows.js';
import type { Row } from './row.js';
import { runState } from './run-state.js';
import { storeRows } from './store-rows.js';

export interface ImportOptions {
  users: UserService;
  file: string;
  format: Format;
  delimiter?: string | undefined;
  /** Identifies the table and its endpoint, so that a run resumes with the same table only. */
  table: string;
  /** The maximum number of rows per second. @default no limit */
  rate?: number | undefined;
  /** How many rows are written together, and repeated after an interruption. @default 1000 */
  chunkSize?: number | undefined;
  /** The file for rejected rows, which must not exist. @default `people.refused.csv` beside `people.csv` */
  refusedFile?: string | undefined;
  /** The folder for the state of the run. @default .local */
  stateFolder?: string | undefined;
  /** Stops the run after the current chunk, with `signal.reason`. The next run resumes from there. */
  signal?: AbortSignal | undefined;
  /** Called before anything is written, and awaited. */
  onStart?: ((start: ImportStart) => unknown) | undefined;
  onProgress?: ((report: ImportReport) => void) | undefined;
}

export interface ImportStart {
  /** The rows of the file. */
  rows: number;
  /** Rows that an interrupted run has processed. */
  done: number;
  origin: 'new' | 'resumed' | 'replaced';
}

export interface ImportReport {
  /** Rows that were processed. */
  rows: number;
  created: number;
  /** Rows whose user existed with the same values. */
  unchanged: number;
  /** Rows that were rejected. */
  refused: number;
  /** The first rejected rows. */
  examples: { line: number; reason: string }[];
  /** The file of all rejected rows. */
  refusedFile: string;
}

interface SavedRun {
  report: ImportReport;
  refusedBytes: number;
  /** The id of a user that the run stored. If it does not exist, the table was replaced, and the run starts over. */
  witness: string | undefined;
}

const maxExamples = 10;

/**
 * Creates a user for each row of a file. It reads the whole file before it writes anything, so a malformed file changes
 * nothing, and needs bounded memory. A second run resumes after an interruption, and a user that exists with the same
 * values is not an error.
 *
 * @throws FileProblem, the errors of the database, `signal.reason`
 */
export async function importUsers(options: ImportOptions): Promise<ImportReport> {
  const { users, file, table, rate, signal, chunkSize = 1000 } = options;
  const { stateFolder = '.local', refusedFile: wanted } = options;
  const { rows: total, sha256 } = await checkFile(options);
  const state = runState<SavedRun>(stateFolder, { task: 'import', file, table }, `${sha256} ${wanted ?? ''}`);
  const saved = (await exists(users, state.saved)) ? state.saved : undefined;
  const report = saved?.report ?? newReport();
  if (!saved?.refusedBytes) report.refusedFile = newRejectedFile(file, wanted);
  const rejectedFile = openRejectedRows(report.refusedFile, saved?.refusedBytes ?? 0);
  const origin = saved ? 'resumed' : state.saved || state.isOutdated ? 'replaced' : 'new';
  await options.onStart?.({ rows: total, done: report.rows, origin });

  let witness = saved?.witness;
  const startedAt = performance.now();
  let stored = 0;
  for await (const chunk of chunks(readRows(options), { done: report.rows, chunkSize })) {
    signal?.throwIfAborted();
    const rejected: RejectedRow[] = [];
    (await storeRows(users, chunk)).forEach((result, index) => {
      const row = chunk[index] as Row;
      if ('created' in result) report.created++;
      else if ('unchanged' in result) report.unchanged++;
      else rejected.push({ row, reason: result.rejected });
      witness = 'created' in result ? result.created : 'unchanged' in result ? result.unchanged : witness;
    });
    report.rows += chunk.length;
    report.refused += rejected.length;
    const shown = rejected.slice(0, maxExamples - report.examples.length);
    report.examples.push(...shown.map(({ row: { line }, reason }) => ({ line, reason })));
    rejectedFile.add(rejected);
    state.save({ report, refusedBytes: rejectedFile.bytes, witness });
    options.onProgress?.(report);
    stored += chunk.length;
    if (rate) await sleep(Math.max(0, startedAt + (stored / rate) * 1000 - performance.now()), undefined, { signal });
  }
  state.remove();
  return report;
}

const newReport = (): ImportReport => ({
  rows: 0,
  created: 0,
  unchanged: 0,
  refused: 0,
  examples: [],
  refusedFile: '',
});

/** Reads the whole file, and returns its number of rows and its hash. @throws FileProblem */
async function checkFile(options: ReadOptions): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const _ of readRows({ ...options, onChunk: (chunk) => hash.update(chunk) })) rows++;
  return { rows, sha256: hash.digest('hex') };
}

async function exists(users: UserService, saved: SavedRun | undefined): Promise<boolean> {
  return saved?.witness !== undefined && (await users.getUserById(saved.witness)) !== null;
}

/** Groups rows into chunks, without those that are done. */
async function* chunks(
  rows: AsyncIterable<Row>,
  { done, chunkSize }: { done: number; chunkSize: number },
): AsyncGenerator<Row[]> {
  let chunk: Row[] = [];
  let index = 0;
  for await (const row of rows) {
    if (index++ < done) continue;
    chunk.push(row);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
