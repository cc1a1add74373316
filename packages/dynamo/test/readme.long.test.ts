import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('the examples, one after the other, print what the README says', async () => {
  const readme = await readFile(at('../README.md'), 'utf8');
  const blocks = (kind: string) =>
    [...readme.matchAll(new RegExp(`\`\`\`${kind}\\n(.*?)\`\`\``, 'gs'))].map(([, block = '']) => block);
  const example = blocks('ts').join('\n');
  const output = blocks('text').join('');
  // inside the package, so that it finds it by its name
  const script = at(`../.local/readme-${process.pid}.ts`);
  await mkdir(at('../.local'), { recursive: true });
  await writeFile(script, example);
  try {
    const env = { AWS_ENDPOINT_URL: inject('endpoint'), LOG_LEVEL: 'ERROR' };
    const run = await runScript(script, { env });
    expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: output });
  } finally {
    await rm(script);
  }
});
