import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What must and must not compile. */
export const callsFile = at('calls.ts');

/** What the compiler says of a project, such as `calls.ts:39 TS2741`, in order. */
export async function compilerErrors(project: string): Promise<string[]> {
  const tsc = at('../../node_modules/.bin/tsc');
  const output = await promisify(execFile)(tsc, ['-p', project, '--pretty', 'false']).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  return [...output.matchAll(/^(?:.*\/)?([^/]+\.[cm]?ts)\((\d+),\d+\): error (TS\d+)/gm)].map(
    ([, file, line, code]) => `${file}:${line} ${code}`,
  );
}

/** What the comments of calls.ts say that the compiler says. */
export async function expectedErrors(): Promise<string[]> {
  const lines = (await readFile(callsFile, 'utf8')).split('\n');
  return lines.flatMap((line, index) => {
    const [, code] = /\/\/ (TS\d+)$/.exec(line) ?? [];
    return code ? [`calls.ts:${index + 1} ${code}`] : [];
  });
}
