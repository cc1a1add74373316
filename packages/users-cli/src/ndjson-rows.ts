import { FileProblem } from './file-problem.js';
import { ignoredColumns, maxRowLength, type Row, requiredColumns } from './row.js';

/** Reads one JSON object per line. Empty lines are counted, but are not rows. */
export async function* ndjsonRows({ file, text }: { file: string; text: AsyncIterable<string> }): AsyncGenerator<Row> {
  let line = 0;
  for await (const one of lines(file, text)) {
    line++;
    if (one.trim() !== '') yield { line, ...parseRow(one) };
  }
}

async function* lines(file: string, text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let count = 1;
  for await (const piece of text) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop() ?? '';
    count += parts.length;
    yield* parts;
    if (rest.length > maxRowLength)
      throw new FileProblem(
        `${file} has more than ${maxRowLength} characters in line ${count}: write one JSON object per line, such as {"email":"ada@example.com","name":"Ada"}`,
      );
  }
  yield rest;
}

function parseRow(text: string): Omit<Row, 'line'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { values: {}, problem: 'Not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { values: {}, problem: 'Not a JSON object' };
  const values = value as Record<string, unknown>;
  const unknown = Object.keys(values).filter((key) => !required.has(key) && !ignoredColumns.has(key));
  return { values, ...(unknown.length > 0 && { problem: `Unknown field ${unknown.join(', ').slice(0, 200)}` }) };
}

const required: ReadonlySet<string> = new Set(requiredColumns);
