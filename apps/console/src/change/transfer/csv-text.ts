import Papa from 'papaparse';

export interface CsvOptions {
  readonly columns: readonly string[];
  /** Whether the text begins with the header. */
  readonly hasHeader: boolean;
}

/** With these, a spreadsheet takes a text for a formula; the last four are their full-width forms. */
const formula = /^'*[=+\-@\t\r＝＋－＠]/;
/** A text that begins with an apostrophe before one of them looks as if it had been escaped. */
const escaped = /^'+[=+\-@\t\r＝＋－＠]/;

/**
 * Formats rows as lines of CSV on which no spreadsheet acts: a text that would be a formula gets a leading apostrophe.
 * `csvValue` takes it away. Lists and maps are written as JSON, and absent values as nothing.
 */
export function csvLines(
  rows: readonly Readonly<Record<string, unknown>>[],
  { columns, hasHeader }: CsvOptions,
): string {
  const data = rows.map((row) => columns.map((name) => cellText(Object.hasOwn(row, name) ? row[name] : undefined)));
  const header = columns.map(cellText);
  if (data.length === 0 && !hasHeader) return '';
  return `${Papa.unparse(hasHeader ? [header, ...data] : data, { newline: '\r\n' })}\r\n`;
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value); // a number is no formula, also if it is negative
  return formula.test(value) ? `'${value}` : value;
}

/** Returns the text of a cell as it was before it was exported. */
export const csvValue = (text: string): string => (escaped.test(text) ? text.slice(1) : text);
