import { csvRows } from './csv-rows.js';
import type { Format } from './file-format.js';
import { fileText } from './file-text.js';
import { ndjsonRows } from './ndjson-rows.js';
import type { Row } from './row.js';

export interface ReadOptions {
  file: string;
  format: Format;
  /** What stands between two values of a CSV row. @default , */
  delimiter?: string | undefined;
  onChunk?: ((chunk: Buffer) => void) | undefined;
}

/** The rows of a file in their order, as they are read: in bounded memory. @throws FileProblem where the file cannot be read as a whole */
export function readRows({ file, format, delimiter, onChunk }: ReadOptions): AsyncGenerator<Row> {
  const text = fileText(file, { onChunk });
  return format === 'csv' ? csvRows({ file, text, delimiter }) : ndjsonRows({ file, text });
}
