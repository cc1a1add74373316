import { extname } from 'node:path';
import { FileProblem } from './file-problem.js';

export const formats = ['csv', 'ndjson'] as const;
export type Format = (typeof formats)[number];

const byExtension: Record<string, Format> = { '.csv': 'csv', '.ndjson': 'ndjson', '.jsonl': 'ndjson' };

/** Returns the format of a file by its extension. @throws FileProblem */
export function formatOf(file: string): Format {
  const extension = extname(file).toLowerCase();
  const format = byExtension[extension];
  if (format) return format;
  const isWorkbook = /^\.(xlsx?|ods|numbers)$/.test(extension);
  throw new FileProblem(
    isWorkbook
      ? `${file} is a workbook: save it as "CSV UTF-8" and import that file`
      : `${file} has an unknown extension: rename it to .csv or .ndjson, or add --format csv or --format ndjson`,
  );
}
