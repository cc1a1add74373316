import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, inject, it, onTestFinished } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { runningApi } from '../../api/test/running-api.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

const readme = await readFile(at('../README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(
  ([, example = '', output = '']) => ({
    title: example.trim().split('\n').at(-1),
    example,
    output,
  }),
);

it('finds the examples', () => expect(examples).toHaveLength(4));

it.for(examples)('runs the example of the README that ends with $title, and gets its output', async (one) => {
  const { example, output } = one;
  const api = await runningApi();
  onTestFinished(() => api.stop());
  expect(example).toContain("'http://127.0.0.1:3000'");

  // inside the package, so that the import of the package resolves
  const script = at(`../.local/readme-${inject('endpoint').replace(/\W/g, '-')}.ts`);
  await mkdir(at('../.local'), { recursive: true });
  await writeFile(script, example.replace('http://127.0.0.1:3000', api.url));
  onTestFinished(() => rm(script));

  const { exitCode, stdout, stderr } = await runScript(script, { env: { API_TOKEN: api.token } });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: output, stderr: '' });
});
