import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants; // Windows has no links of this kind

/** Returns the text of a file that only this user can read; undefined for a link, or a file of another user or with other rights. */
export function readPrivateFile(file: string): string | undefined {
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    const isOwn = process.getuid === undefined || (status.uid === process.getuid() && (status.mode & 0o077) === 0);
    return isOwn && status.isFile() ? readFileSync(descriptor, 'utf8') : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a file that only this user can read. It replaces an existing file by renaming: that one may be readable by
 * others, or a link.
 */
export function writePrivateFile(file: string, text: string): void {
  const temporaryFile = writeBeside(file, text);
  renameSync(temporaryFile, file);
}

/**
 * Writes a file that only this user can read, unless the file exists. Of several processes that do so at once, one
 * succeeds.
 * @returns whether this call has written the file
 */
export function createPrivateFile(file: string, text: string): boolean {
  const temporaryFile = writeBeside(file, text);
  try {
    linkSync(temporaryFile, file);
    rmSync(temporaryFile);
    return true;
  } catch (error) {
    rmSync(temporaryFile, { force: true });
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    writePrivateFile(file, text); // a file system without hard links
    return true;
  }
}

/** Writes a temporary file in the same folder, and returns its path. */
function writeBeside(file: string, text: string): string {
  const temporaryFile = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(temporaryFile, { force: true });
  writeFileSync(temporaryFile, text, { mode: 0o600, flag: 'wx' });
  return temporaryFile;
}
