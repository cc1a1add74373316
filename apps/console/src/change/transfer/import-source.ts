import { csvRows } from './csv-rows.js';
import { jsonRows } from './json-rows.js';
import type { SourceRow } from './source-row.js';
import { textOf } from './text-of.js';

/** What is to be imported: a file, or a text that was pasted. */
export interface ImportSource {
  readonly name: string;
  readonly blob: Blob;
  readonly isJson: boolean;
  /** Tells whether it is the same file as one before. */
  readonly fingerprint: string;
}

/** The beginning of a source. */
export interface Preview {
  readonly columns: readonly string[];
  readonly rows: readonly SourceRow[];
}

const previewRows = 20;

export const rowsOf = ({ blob, isJson }: ImportSource, onBytes?: (bytes: number) => void): AsyncGenerator<SourceRow> =>
  (isJson ? jsonRows : csvRows)(textOf(blob, { onBytes }));

export async function previewOf(source: ImportSource): Promise<Preview> {
  const rows: SourceRow[] = [];
  for await (const row of rowsOf(source)) if (rows.push(row) === previewRows) break;
  return { rows, columns: [...new Set(rows.flatMap(({ values }) => Object.keys(values)))] };
}

export async function sourceOfFile(file: File): Promise<ImportSource> {
  return {
    name: file.name,
    blob: file,
    isJson: await beginsAsJson(file),
    fingerprint: [file.name, file.size, file.lastModified].join('/'),
  };
}

export async function sourceOfText(text: string): Promise<ImportSource> {
  const blob = new Blob([text]);
  return { name: 'pasted text', blob, isJson: await beginsAsJson(blob), fingerprint: `${text.length}/${hashOf(text)}` };
}

const beginsAsJson = async (blob: Blob): Promise<boolean> => /^\ufeff?\s*\{/.test(await blob.slice(0, 100).text());

/** FNV-1a: it only tells one pasted text from another. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}
