import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UserService } from '@aws-starter-kit/users';
import type { Format } from './file-format.js';
import { type ReadOptions, readRows } from './read-rows.js';
import { openRefusedRows, type Refusal, refusedFileOf } from './refused-rows.js';
import type { Row } from './row.js';
import { runState } from './run-state.js';
import { storeRows } from './store-rows.js';

export interface ImportOptions {
  users: UserService;
  file: string;
  format: Format;
  delimiter?: string | undefined;
  /** Names table and place, so that a run goes on only with the table that it began with. */
  table: string;
  /** Rows a second, at most. @default no limit */
  rate?: number | undefined;
  /** Rows that are written together, and again together after an interruption. @default 1000 */
  chunkSize?: number | undefined;
  /** @default `people.refused.csv` beside `people.csv` */
  refusedFile?: string | undefined;
  /** Where the state of a run is kept until it has ended. @default .local */
  stateFolder?: string | undefined;
  /** Ends the run after the rows that are under way, with `signal.reason`; the next run goes on from there. */
  signal?: AbortSignal | undefined;
  onStart?: ((start: { rows: number; done: number; origin: 'new' | 'resumed' | 'replaced' }) => void) | undefined;
  onProgress?: ((report: ImportReport) => void) | undefined;
}

export interface ImportReport {
  /** Rows that were looked at. */
  rows: number;
  created: number;
  /** Rows whose user was there already, with the same values. */
  unchanged: number;
  refused: number;
  /** The first refused rows. */
  examples: { line: number; reason: string }[];
  /** Where all refused rows are. */
  refusedFile: string;
}

interface SavedRun {
  report: ImportReport;
  refusedBytes: number;
  /** A user that the run stored: if it is gone, the table is another one by now, and all rows are looked at again. */
  witness: string | undefined;
}

const maxExamples = 10;

/**
 * Creates a user for each row of a file. The whole file is read once before anything is written, so one that is broken changes nothing; then
 * row by row in bounded memory. Run again, it goes on where it was interrupted; and a user who is there with the same values is no error.
 * @throws FileProblem, the database's errors, `signal.reason`
 */
export async function importUsers(options: ImportOptions): Promise<ImportReport> {
  const { users, file, table, rate, signal, chunkSize = 1000 } = options;
  const { stateFolder = '.local', refusedFile = refusedFileOf(file) } = options;
  const { rows: total, sha256 } = await checkFile(options);
  const state = runState<SavedRun>(stateFolder, { task: 'import', file, table }, `${sha256} ${refusedFile}`);
  const saved = (await isStillThere(users, state.saved)) ? state.saved : undefined;
  const report = saved?.report ?? { rows: 0, created: 0, unchanged: 0, refused: 0, examples: [], refusedFile };
  const refusedRows = openRefusedRows(refusedFile, saved?.refusedBytes ?? 0);
  const origin = saved ? 'resumed' : state.saved || state.isOutdated ? 'replaced' : 'new';
  options.onStart?.({ rows: total, done: report.rows, origin });

  let witness = saved?.witness;
  const startedAt = performance.now();
  let stored = 0;
  for await (const chunk of chunks(readRows(options), { done: report.rows, chunkSize })) {
    signal?.throwIfAborted();
    const refusals: Refusal[] = [];
    (await storeRows(users, chunk)).forEach((fate, index) => {
      const row = chunk[index] as Row;
      if ('created' in fate) report.created++;
      else if ('unchanged' in fate) report.unchanged++;
      else refusals.push({ row, reason: fate.refused });
      witness = 'created' in fate ? fate.created : 'unchanged' in fate ? fate.unchanged : witness;
    });
    report.rows += chunk.length;
    report.refused += refusals.length;
    const shown = refusals.slice(0, maxExamples - report.examples.length);
    report.examples.push(...shown.map(({ row: { line }, reason }) => ({ line, reason })));
    refusedRows.add(refusals);
    state.save({ report, refusedBytes: refusedRows.bytes, witness });
    options.onProgress?.(report);
    stored += chunk.length;
    if (rate) await sleep(Math.max(0, startedAt + (stored / rate) * 1000 - performance.now()), undefined, { signal });
  }
  state.remove();
  return report;
}

/** Reads the file to its end: how many rows it has, and what it is. @throws FileProblem */
async function checkFile(options: ReadOptions): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const _ of readRows({ ...options, onChunk: (chunk) => hash.update(chunk) })) rows++;
  return { rows, sha256: hash.digest('hex') };
}

async function isStillThere(users: UserService, saved: SavedRun | undefined): Promise<boolean> {
  return saved?.witness !== undefined && (await users.getUserById(saved.witness)) !== null;
}

/** Rows by the chunk, after those that are done. */
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
