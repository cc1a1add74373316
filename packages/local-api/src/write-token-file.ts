import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePrivateFile } from './private-file.js';

/** The token file cannot be written. The message has its path and the code of the error. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

/** Returns the absolute path of a token file. @param name relative to the root of the repository, where clients look for it too */
export const tokenFileAt = (name = '.local/api-token'): string =>
  path.resolve(fileURLToPath(new URL('../../..', import.meta.url)), name);

/**
 * Writes a token for clients on this machine to a file that only this user can read.
 * @param name as for {@link tokenFileAt}
 * @returns the absolute path
 * @throws TokenFileError
 */
export function writeTokenFile(token: string, name?: string): string {
  const file = tokenFileAt(name);
  try {
    writePrivateFile(file, token);
    return file;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new TokenFileError(`AUTH_TOKEN_FILE is ${file}, which cannot be written (${code})`, { cause });
  }
}
