import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { csvValue } from './csv-text.js';
import { FileProblem } from './file-problem.js';
import { countLineBreaks } from './line-breaks.js';
import { ignoredColumns, maxRowLength, type Row, requiredColumns } from './row.js';

export interface CsvOptions {
  file: string;
  text: AsyncIterable<string>;
  /** @default the one of a first line `sep=;`, as Excel writes it, or else a comma */
  delimiter?: string | undefined;
}

interface ParsedRecord {
  record: string[];
  raw: string;
}

interface NumberedRecord {
  line: number;
  record: string[];
}

/**
 * Reads the rows of a CSV file by the columns of its header. A row of another length has a problem of its own; a
 * misplaced quote is a problem of the file.
 */
export async function* csvRows({ file, text, delimiter: given }: CsvOptions): AsyncGenerator<Row> {
  const { separator, rest } = await readSeparatorLine(text);
  const delimiter = given ?? separator ?? ',';
  let line = separator === undefined ? 1 : 2;
  /** Called as soon as a record is parsed, so that a later error has the right line. */
  const withLine = ({ record, raw }: ParsedRecord): NumberedRecord | undefined => {
    const first = line;
    line += countLineBreaks(raw.replace(/(\r\n|\n|\r)$/, '')) + 1;
    return record.length === 1 && record[0] === '' ? undefined : { line: first, record }; // an empty line is no row
  };
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'], // by default, the parser takes the first one that it finds for the only one
    raw: true,
    relax_column_count: true,
    max_record_size: maxRowLength,
    on_record: withLine as unknown as (record: string[]) => string[], // its type ignores `raw`
  });
  const source = Readable.from(rest);
  source.on('error', (error) => parser.destroy(error)); // so that the loop below throws it
  let columns: string[] | undefined;
  try {
    for await (const { line, record } of source.pipe(parser) as AsyncIterable<NumberedRecord>) {
      if (!columns) columns = checkHeader(file, record, delimiter);
      else yield { line, ...byColumn(record, columns) };
    }
  } catch (error) {
    throw error instanceof CsvError
      ? new FileProblem(explain(`${file}, line ${line}`, error), { cause: error })
      : error;
  }
  if (!columns) throw new FileProblem(`${file} is empty: its first line must be a header, such as ${exampleHeader}`);
}

const exampleHeader = requiredColumns.join(',');

/** Reads a first line such as `sep=;`, which tells Excel the delimiter. */
async function readSeparatorLine(
  text: AsyncIterable<string>,
): Promise<{ separator: string | undefined; rest: AsyncIterable<string> }> {
  const pieces = text[Symbol.asyncIterator]();
  let head = '';
  while (head.length < 'sep=;\r\n'.length) {
    const next = await pieces.next();
    if (next.done) break;
    head += next.value;
  }
  const [line = '', separator] = /^sep=(.)(?:\r\n|\n|\r)/i.exec(head) ?? [];
  async function* rest() {
    yield head.slice(line.length);
    yield* { [Symbol.asyncIterator]: () => pieces };
  }
  return { separator, rest: rest() };
}

function checkHeader(file: string, header: readonly string[], delimiter: string): string[] {
  const columns = header.map((name) => name.trim());
  const missing = requiredColumns.filter((name) => !columns.includes(name));
  const unknown = columns.filter((name) => !requiredColumns.includes(name as 'email') && !ignoredColumns.has(name));
  const seen = new Set<string>();
  const duplicate = columns.find((name) => seen.has(name) || !seen.add(name));
  const found = `its header is ${JSON.stringify(header.join(delimiter).slice(0, 200))}`;
  const other = [';', '\t', ','].find((one) => one !== delimiter && columns.length === 1 && columns[0]?.includes(one));
  if (other) {
    const option = other === '\t' ? `$'\\t'` : `'${other}'`;
    throw new FileProblem(`${file} has another delimiter, ${found}: add --delimiter ${option}`);
  }
  if (missing.length > 0) throw new FileProblem(`${file} lacks the column ${missing.join(' and ')}, ${found}: add it`);
  if (unknown.length > 0)
    throw new FileProblem(
      `${file} has the unknown column ${unknown
        .slice(0, 5)
        .map((name) => JSON.stringify(name.slice(0, 50)))
        .join(', ')}${unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''}: ` +
        `remove it; the allowed columns are ${[...requiredColumns, ...ignoredColumns].join(', ')}`,
    );
  if (duplicate !== undefined) throw new FileProblem(`${file} has the column ${duplicate} twice: remove one of them`);
  return columns;
}

function byColumn(record: readonly string[], columns: readonly string[]): Omit<Row, 'line'> {
  const values = Object.fromEntries(columns.map((name, index) => [name, original(record[index])]));
  if (record.length === columns.length) return { values };
  return { values, problem: `${record.length} values for ${columns.length} columns` };
}

const original = (value: string | undefined) => (value === undefined ? undefined : csvValue(value));

/** @param place the file, and the line in which the row begins */
function explain(place: string, { code, message }: CsvError): string {
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `${place}: the row has more than ${maxRowLength / 1024} KiB, or a quote (") that is not closed: close it, or write "" for a quote inside a value`;
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return `${place}: the row has a quote (") that is not closed: close it, or write "" for a quote inside a value`;
  if (code === 'CSV_INVALID_CLOSING_QUOTE' || code === 'INVALID_OPENING_QUOTE')
    return `${place}: the row has a misplaced quote ("): enclose the value in quotes, and write "" for a quote inside it`;
  return `${place}: ${message.split('\n', 1)[0]}`;
}
