import { mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { EnvError } from '../env.js';

/**
 * Opens the file of an audit trail, and returns a function that appends a line to it. A new file can be read by this user
 * only.
 * @throws EnvError if it cannot be written
 */
export function auditFile(file: string): (line: string) => void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    const descriptor = openSync(file, 'a', 0o600);
    return (line) => void writeSync(descriptor, line);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EnvError(`AUDIT_FILE is ${file}, which cannot be written (${code}): set it to another file`, { cause });
  }
}
