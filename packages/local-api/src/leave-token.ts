import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The file for the token cannot be written: the message names it, and what said so. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

/**
 * Leaves a token for clients on this machine, readable by this user only. By renaming: a file that is there may be open to others, or a link.
 * @param name relative to the root of the repository, where clients look for it too
 * @returns its whole path
 * @throws TokenFileError
 */
export function leaveToken(token: string, name = '.local/api-token'): string {
  const file = path.resolve(fileURLToPath(new URL('../../..', import.meta.url)), name);
  const ours = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    rmSync(ours, { force: true });
    writeFileSync(ours, token, { mode: 0o600, flag: 'wx' });
    renameSync(ours, file);
    return file;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new TokenFileError(`AUTH_TOKEN_FILE is ${file}, which cannot be written (${code})`, { cause });
  }
}
