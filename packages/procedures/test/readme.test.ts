import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

it('the program of the README prints what the README shows', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
  const folder = fileURLToPath(new URL(`../.local/readme-${process.pid}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(`${folder}program.ts`, program);
  const args = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', `${folder}program.ts`];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe(output);
});
