import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { runScript } from '../../../test/run-script.js';

it('the program of the README prints its output', async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, program = '', output = ''] = /```ts\n(.*?)```\s*```text\n(.*?)```/s.exec(text) ?? [];
  const name = `packages/lean-trpc/test/readme-${process.pid}.tmp.ts`;
  const file = new URL(`../../../${name}`, import.meta.url);
  onTestFinished(() => rm(file));
  await writeFile(file, program);
  expect(await runScript(name, {})).toMatchObject({ exitCode: 0, stdout: output, stderr: '' });
});
