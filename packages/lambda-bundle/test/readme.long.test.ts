import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

it('runs the example of the README and gets its output', async () => {
  const readme = await readFile(at('../README.md'), 'utf8');
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
  // inside the package, so that the imports of packages resolve
  const script = at(`../.local/readme-${process.pid}.ts`);
  await mkdir(at('../.local'), { recursive: true });
  await writeFile(script, example);
  try {
    expect(await runScript(script)).toEqual({ exitCode: 0, stdout: output, stderr: '' });
  } finally {
    await rm(script);
  }
});
