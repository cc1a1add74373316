import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync, writeSync } from 'node:fs';
import { parse } from 'node:path';
import { csvText } from './csv-text.js';
import { FileProblem, fileProblem } from './file-problem.js';
import { type Row, requiredColumns } from './row.js';

/** A row that was not stored, and the reason. */
export interface RejectedRow {
  row: Row;
  reason: string;
}

/**
 * The file of rejected rows, created with the first of them. It has line, reason and values, so that it can be
 * corrected and imported.
 */
export interface RejectedRows {
  readonly file: string;
  /** Its size, from which an interrupted run resumes. */
  readonly bytes: number;
  add(rows: readonly RejectedRow[]): void;
}

/**
 * Returns the file for the rejected rows of a new run, which does not exist yet: `people.refused.csv` for
 * `people.ndjson`, or `people.refused-2.csv` beside that of an earlier run.
 *
 * @throws FileProblem if the wanted file exists
 */
export function newRejectedFile(file: string, wanted: string | undefined): string {
  if (wanted !== undefined) {
    if (isThere(wanted)) throw existsProblem(wanted);
    return wanted;
  }
  const { dir, name } = parse(file);
  const beside = `${dir === '' ? '' : `${dir}/`}${name}.refused`;
  for (let n = 1; ; n++) {
    const path = n === 1 ? `${beside}.csv` : `${beside}-${n}.csv`;
    if (!isThere(path)) return path;
  }
}

/**
 * Opens the file. It never overwrites another file, and follows no link.
 *
 * @param bytes the size to keep: an interrupted run repeats what it wrote after that
 */
export function openRejectedRows(file: string, bytes: number): RejectedRows {
  let size = isThere(file) ? bytes : 0; // it was removed: at least the remaining rows are reported
  return {
    file,
    get bytes() {
      return size;
    },
    add(rows) {
      if (rows.length === 0) return;
      const records = rows.map(({ row: { line, values }, reason }) => ({ line, reason, ...textOf(values) }));
      const text = csvText(records, { header: size === 0, columns: ['line', 'reason', ...requiredColumns] });
      size = append(file, text, size);
    },
  };
}

/** Writes text after the first bytes of a file, or to a new file, and returns the new size. */
function append(file: string, text: string, bytes: number): number {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK, O_CREAT, O_EXCL } = constants;
  const flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | (bytes === 0 ? O_CREAT | O_EXCL : 0);
  const data = Buffer.from(text);
  let handle: number | undefined;
  try {
    handle = openSync(file, flags, 0o600); // it contains emails
    const stats = fstatSync(handle);
    if (!stats.isFile() || stats.size < bytes) throw existsProblem(file);
    ftruncateSync(handle, bytes);
    for (let from = 0; from < data.length; ) from += writeSync(handle, data, from, data.length - from, bytes + from);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw code === 'EEXIST' || code === 'ELOOP' ? existsProblem(file) : fileProblem(file, error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
  return bytes + data.length;
}

const existsProblem = (file: string) =>
  new FileProblem(`${file} exists already, and is not overwritten: remove it, or choose another file with --refused`);

/** Also true for a link to nothing. */
const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

const textOf = (values: Row['values']) =>
  Object.fromEntries(
    requiredColumns.map((name) => [
      name,
      typeof values[name] === 'string' ? values[name] : JSON.stringify(values[name]),
    ]),
  );
