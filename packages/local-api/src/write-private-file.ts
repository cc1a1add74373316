import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes a file that only this user can read. It replaces an existing file by renaming: that one may be readable by
 * others, or a link.
 */
export function writePrivateFile(file: string, text: string): void {
  const temporaryFile = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(temporaryFile, { force: true });
  writeFileSync(temporaryFile, text, { mode: 0o600, flag: 'wx' });
  renameSync(temporaryFile, file);
}
