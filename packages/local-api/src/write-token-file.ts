import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The token file cannot be written. The message has its path and the code of the error. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

/**
 * Writes a token for clients on this machine to a file that only this user can read. It replaces an existing file by
 * renaming: that one may be readable by others, or a link.
 * @param name relative to the root of the repository, where clients look for it too
 * @returns the absolute path
 * @throws TokenFileError
 */
export function writeTokenFile(token: string, name = '.local/api-token'): string {
  const file = path.resolve(fileURLToPath(new URL('../../..', import.meta.url)), name);
  const temporaryFile = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    rmSync(temporaryFile, { force: true });
    writeFileSync(temporaryFile, token, { mode: 0o600, flag: 'wx' });
    renameSync(temporaryFile, file);
    return file;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new TokenFileError(`AUTH_TOKEN_FILE is ${file}, which cannot be written (${code})`, { cause });
  }
}
