import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('the example prints what the README says', async () => {
  const readme = await readFile(at('../README.md'), 'utf8');
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
  // inside the package, so that it finds the package and the SDK by their names
  const script = at(`../.local/readme-${process.pid}.ts`);
  await mkdir(at('../.local'), { recursive: true });
  await writeFile(script, example);
  try {
    const env = { AWS_ENDPOINT_URL: inject('endpoint'), AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local' };
    const run = await runScript(script, { env: { ...env, AWS_SECRET_ACCESS_KEY: 'local' } });
    expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: output });
  } finally {
    await rm(script);
  }
});
