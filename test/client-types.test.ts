import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Such as `calls.ts:39 TS2741`, in order. */
async function compilerErrors(project: string): Promise<string[]> {
  const output = await promisify(execFile)(at('../node_modules/.bin/tsc'), ['-p', project, '--pretty', 'false']).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  return [...output.matchAll(/^(?:.*\/)?([^/]+\.ts)\((\d+),\d+\): error (TS\d+)/gm)].map(
    ([, file, line, code]) => `${file}:${line} ${code}`,
  );
}

async function expectedErrors(file: string): Promise<string[]> {
  const lines = (await readFile(at(`client-types/${file}`), 'utf8')).split('\n');
  return lines.flatMap((line, index) => {
    const [, code] = /\/\/ (TS\d+)$/.exec(line) ?? [];
    return code ? [`${file}:${index + 1} ${code}`] : [];
  });
}

it('lets right calls compile; a wrong input, a wrong output field and a wrong procedure name do not', async () => {
  const expected = await expectedErrors('calls.ts');
  expect(expected).toHaveLength(23);
  expect(await compilerErrors(at('client-types'))).toEqual(expected);
});
