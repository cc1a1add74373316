import { csvRows } from './csv-rows.js';
import type { Format } from './file-format.js';
import { fileText } from './file-text.js';
import { ndjsonRows } from './ndjson-rows.js';
import type { Row } from './row.js';

export interface ReadOptions {
  file: string;
  format: Format;
  /** The delimiter of CSV values. @default the one of a first line `sep=;`, or else a comma */
  delimiter?: string | undefined;
  onChunk?: ((chunk: Buffer) => void) | undefined;
}

/** Reads the rows of a file in order, in bounded memory. @throws FileProblem if the file is malformed as a whole */
export function readRows({ file, format, delimiter, onChunk }: ReadOptions): AsyncGenerator<Row> {
  const text = fileText(file, { onChunk });
  return format === 'csv' ? csvRows({ file, text, delimiter }) : ndjsonRows({ file, text });
}
