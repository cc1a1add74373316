import type { ConsoleEntity, Entity } from '../../api/description.js';
import { inGroups } from '../bulk/list-pages.js';

export type ExportFormat = 'csv' | 'jsonl';

export interface ExportOptions {
  readonly rows: AsyncIterable<Entity> | Iterable<Entity>;
  readonly format: ExportFormat;
  readonly columns: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (rows: number) => void;
}

/** How many rows become one piece of the file. */
const rowsPerPart = 100;

/** Returns the parts of a file with all rows: CSV with a header, or one JSON object per line. */
export async function exportRows({ rows, format, columns, signal, onProgress }: ExportOptions): Promise<string[]> {
  const { csvLines } = await import('./csv-text.js');
  const parts = format === 'csv' ? [`\ufeff${csvLines([], { columns, hasHeader: true })}`] : []; // the mark tells Excel that this is UTF-8
  let count = 0;
  for await (const group of inGroups(rows, rowsPerPart)) {
    signal.throwIfAborted();
    parts.push(
      format === 'csv'
        ? csvLines(group, { columns, hasHeader: false })
        : group.map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
    count += group.length;
    onProgress(count);
  }
  signal.throwIfAborted();
  return parts;
}

/** Returns the attributes of an entity, as columns. */
export const exportColumns = ({ schema }: ConsoleEntity): string[] => Object.keys(schema.properties ?? { id: {} });
