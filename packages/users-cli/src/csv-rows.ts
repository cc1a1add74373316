import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { FileProblem } from './file-problem.js';
import { knownColumns, maxRowLength, type Row, takenColumns } from './row.js';

export interface CsvOptions {
  file: string;
  text: AsyncIterable<string>;
  delimiter?: string | undefined;
}

interface Record {
  record: string[];
  raw: string;
  info: Info;
}

/** The rows below the header, by its columns. A row of another length is refused alone; broken quotes are a problem of the file. */
export async function* csvRows({ file, text, delimiter = ',' }: CsvOptions): AsyncGenerator<Row> {
  const parser = parse({
    delimiter,
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowLength,
  });
  const source = Readable.from(text);
  source.on('error', (error) => parser.destroy(error)); // what is wrong with the text is told by who reads the rows
  let columns: string[] | undefined;
  try {
    for await (const { record, raw, info } of source.pipe(parser) as AsyncIterable<Record>) {
      const line = firstLine(raw, info);
      if (!columns) columns = checkedHeader(file, record, delimiter);
      else yield { line, ...byColumn(record, columns) };
    }
  } catch (error) {
    throw error instanceof CsvError ? new FileProblem(csvProblem(file, error), { cause: error }) : error;
  }
  if (!columns) throw new FileProblem(`${file} is empty: its first line must be a header, such as ${exampleHeader}`);
}

const exampleHeader = takenColumns.join(',');

/** The parser knows the line in which a record ends. */
const firstLine = (raw: string, { lines }: Info): number =>
  lines - (raw.replace(/^[\r\n]+|[\r\n]+$/g, '').match(/\n/g)?.length ?? 0);

function checkedHeader(file: string, header: readonly string[], delimiter: string): string[] {
  const columns = header.map((name) => name.trim());
  const missing = takenColumns.filter((name) => !columns.includes(name));
  const unknown = columns.filter((name) => !takenColumns.includes(name as 'email') && !knownColumns.has(name));
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  const found = `its header is ${JSON.stringify(header.join(delimiter).slice(0, 200))}`;
  const other = [';', '\t', ','].find((one) => one !== delimiter && columns.length === 1 && columns[0]?.includes(one));
  if (other) {
    const option = other === '\t' ? `$'\\t'` : `'${other}'`;
    throw new FileProblem(`${file} has another delimiter, ${found}: add --delimiter ${option}`);
  }
  if (missing.length > 0)
    throw new FileProblem(`${file} lacks the column ${missing.join(' and ')}, ${found}: it must have email and name`);
  if (unknown.length > 0)
    throw new FileProblem(
      `${file} has the column ${unknown.map((name) => JSON.stringify(name)).join(', ')}, which users do not have: ` +
        `take it out; it may have ${[...takenColumns, ...knownColumns].join(', ')}`,
    );
  if (twice !== undefined) throw new FileProblem(`${file} has the column ${twice} twice: take one out`);
  return columns;
}

function byColumn(record: readonly string[], columns: readonly string[]): Omit<Row, 'line'> {
  const values = Object.fromEntries(columns.map((name, index) => [name, record[index]]));
  if (record.length === columns.length) return { values };
  return { values, problem: `${record.length} values for ${columns.length} columns` };
}

function csvProblem(file: string, { code, message, lines }: CsvError): string {
  const where = `${file}, line ${lines}`;
  if (code === 'CSV_MAX_RECORD_SIZE' || code === 'CSV_QUOTE_NOT_CLOSED')
    return `${where}: a quote (") is opened and not closed in or above this line: close it, or write "" for one within a value`;
  if (code === 'CSV_INVALID_CLOSING_QUOTE' || code === 'INVALID_OPENING_QUOTE')
    return `${where}: a quote (") stands where none may: put the value in quotes, and "" for one within it`;
  return `${where}: ${message.replace(/\s*\n\s*/g, ' ')}`;
}
