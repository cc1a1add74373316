import Papa from 'papaparse';
import { csvValue } from './csv-text.js';
import { longestRow, type SourceRow } from './source-row.js';

interface Dialect {
  readonly delimiter: string;
  readonly newline: '\r\n' | '\n' | '\r';
}

/**
 * Reads CSV with a header, as its text arrives. The delimiter is the one that the header has, or that Excel names in a
 * first line `sep=;`.
 */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let columns: string[] | undefined;
  let number = 0;
  for await (const record of records(text)) {
    if (record.length === 1 && record[0] === '') continue; // an empty line is no row
    if (columns) yield toRow(++number, record, columns);
    else columns = checkHeader(record.map((name) => name.trim()));
  }
  if (!columns) throw new Error('The file is empty: its first line must name the columns');
}

function checkHeader(columns: string[]): string[] {
  const twice = columns.find((name, index) => name !== '' && columns.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`There are two columns named ${twice}: rename or remove one`);
  return columns;
}

function toRow(number: number, record: readonly string[], columns: readonly string[]): SourceRow {
  const values = Object.fromEntries(
    columns.flatMap((name, index) => (name === '' ? [] : [[name, csvValue(record[index] ?? '')]])),
  );
  if (record.length === columns.length) return { number, values };
  return { number, values, problem: `${record.length} values for ${columns.length} columns` };
}

/** Papa Parse reads files itself, but breaks characters of several bytes between its pieces. So it gets text. */
async function* records(text: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  let dialect: Dialect | undefined;
  const parse = function* (isEnd: boolean): Generator<string[]> {
    if (!dialect) {
      const start = startOf(rest, isEnd);
      if (!start) return;
      dialect = start;
      rest = rest.slice(start.skip);
    }
    const { data, meta } = new Papa.Parser(dialect).parse(rest, 0, !isEnd) as Parsed;
    yield* isEnd && rest === '' ? [] : data;
    rest = isEnd ? '' : rest.slice(meta.cursor);
  };
  for await (const piece of text) {
    rest += piece;
    yield* parse(false);
    if (rest.length > longestRow)
      throw new Error(
        `A row has more than ${longestRow.toLocaleString()} characters, or a quote (") that is not closed`,
      );
  }
  yield* parse(true);
}

interface Parsed {
  readonly data: string[][];
  /** Where the last row begins, which may be incomplete. */
  readonly meta: { readonly cursor: number };
}

/** Returns the dialect by the first line; undefined while that is incomplete. */
function startOf(text: string, isEnd: boolean): (Dialect & { skip: number }) | undefined {
  const [whole = '', separator, ending] = /^sep=(.)(\r\n|\n|\r(?!$))/i.exec(text) ?? [];
  if (ending) return { delimiter: separator ?? ',', newline: ending as Dialect['newline'], skip: whole.length };
  const outside = text.replace(/"[^"]*(?:"|$)/g, (quoted) => ' '.repeat(quoted.length));
  const end = /\r\n|\n|\r(?!$)/.exec(outside);
  if (!end && !isEnd) return undefined;
  const header = end ? outside.slice(0, end.index) : outside;
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  const { delimiter } = counts.reduce((best, one) => (one.count > best.count ? one : best));
  return { delimiter, newline: (end?.[0] ?? '\n') as Dialect['newline'], skip: 0 };
}
