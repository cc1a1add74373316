import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './usage-error.js';

/** Data about the template that npm would not preserve in a package. */
export interface TemplateRecord {
  /** Version of the starter kit. */
  readonly version: string;
  /** Executable files. npm gives all files of a package the same mode. */
  readonly executables: readonly string[];
  /** Names in the package, and in the project: npm never packs `.npmrc`, and takes `.gitignore` for its own. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** Reads the data of a packed template, from `template.json` beside its folder. */
export function readTemplateRecord(dist: string): TemplateRecord {
  return JSON.parse(readFileSync(path.join(dist, 'template.json'), 'utf8'));
}

/** Copies the template into a folder that is new, empty, or contains only `.git`. Removes all files if it fails. */
export function copyTemplate(dist: string, folder: string): TemplateRecord {
  const record = readTemplateRecord(dist);
  const before = existsSync(folder) ? readdirSync(folder) : undefined;
  const others = before?.filter((name) => name !== '.git') ?? [];
  if (others.length > 0) {
    throw new UsageError(`${folder} is not empty: it has ${listed(others)}. Choose a new folder. Nothing was written.`);
  }
  try {
    mkdirSync(folder, { recursive: true });
    cpSync(path.join(dist, 'template'), folder, { recursive: true });
    for (const [packed, name] of Object.entries(record.renamed)) {
      renameSync(path.join(folder, packed), path.join(folder, name));
    }
    for (const file of record.executables) chmodSync(path.join(folder, file), 0o755);
  } catch (error) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (name !== '.git') rmSync(path.join(folder, name), { recursive: true, force: true });
    }
    if (before === undefined) rmSync(folder, { recursive: true, force: true });
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === '') throw error;
    throw new UsageError(`The project cannot be written: ${message}. Nothing is left of it.`, { cause: error });
  }
  return record;
}

const listed = (names: readonly string[]) =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
