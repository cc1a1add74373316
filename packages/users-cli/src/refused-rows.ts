import { appendFileSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { parse } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { fileProblem } from './file-problem.js';
import { type Row, takenColumns } from './row.js';

/** A row that was not taken, and why. */
export interface Refusal {
  row: Row;
  reason: string;
}

/** The file of refused rows, made with the first of them: line, reason, and the values, so that it can be mended and imported itself. */
export interface RefusedRows {
  readonly file: string;
  /** Its size, which an interrupted run goes on from. */
  readonly bytes: number;
  add(refusals: readonly Refusal[]): void;
}

/** Such as `people.refused.csv` for `people.ndjson`. */
export function refusedFileOf(file: string): string {
  const { dir, name } = parse(file);
  return `${dir === '' ? '' : `${dir}/`}${name}.refused.csv`;
}

/** @param bytes of its content, what counts: what an interrupted run wrote after that, it writes again */
export function openRefusedRows(file: string, bytes: number): RefusedRows {
  let size = bytes;
  if (size === 0) rmSync(file, { force: true });
  else if (existsSync(file) && statSync(file).size >= size) truncateSync(file, size);
  else size = 0; // somebody took it away: at least what comes is reported
  return {
    file,
    get bytes() {
      return size;
    },
    add(refusals) {
      if (refusals.length === 0) return;
      const records = refusals.map(({ row: { line, values }, reason }) => ({ line, reason, ...taken(values) }));
      const text = stringify(records, { header: size === 0, columns: ['line', 'reason', ...takenColumns] });
      try {
        if (size === 0)
          writeFileSync(file, text, { mode: 0o600 }); // it holds addresses
        else appendFileSync(file, text);
      } catch (error) {
        throw fileProblem(file, error);
      }
      size += Buffer.byteLength(text);
    },
  };
}

const taken = (values: Row['values']) =>
  Object.fromEntries(
    takenColumns.map((name) => [name, typeof values[name] === 'string' ? values[name] : JSON.stringify(values[name])]),
  );
