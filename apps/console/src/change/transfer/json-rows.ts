import { isObject } from '../form/draft.js';
import { longestRow, type SourceRow } from './source-row.js';

/** Reads one JSON object per line, as the text arrives. */
export async function* jsonRows(text: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let number = 0;
  for await (const line of lines(text)) if (line.trim() !== '') yield { number: ++number, ...parse(line) };
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of text) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
    if (rest.length > longestRow)
      throw new Error(`A line has more than ${longestRow.toLocaleString()} characters: write one JSON object per line`);
  }
  yield rest;
}

function parse(line: string): Pick<SourceRow, 'values' | 'problem'> {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? { values: value } : { values: {}, problem: 'Not a JSON object' };
  } catch {
    return { values: {}, problem: 'Not JSON' };
  }
}
