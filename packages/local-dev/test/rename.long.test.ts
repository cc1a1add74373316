import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { copyRepository } from '../../../test/copy-repository.js';
import { type } from '../../../test/docs/terminal.js';
import { repositoryFiles } from '../src/repository-files.js';

it('pnpm rename gives every package another scope, in code, documents and lockfile', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rename-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyRepository(folder);
  const done = async (line: string) => {
    const { exitCode, output } = await type(line, { folder });
    expect({ line, exitCode, output }).toEqual({ line, exitCode: 0, output });
    return output;
  };
  const filesWith = (text: string) =>
    repositoryFiles(folder).filter((file) => readFileSync(path.join(folder, file), 'utf8').includes(text));

  await done('pnpm install --frozen-lockfile --prefer-offline');
  const before = filesWith('@aws-starter-kit');
  expect(await done('pnpm rename @acme.dev')).toContain(`@aws-starter-kit is now @acme.dev in ${before.length} files.`);
  expect(filesWith('@aws-starter-kit')).toEqual([]);
  await done('pnpm install --frozen-lockfile --offline');
  await done('pnpm exec biome ci --linter-enabled=false');
  await done('pnpm exec tsc -p apps/client && pnpm exec tsc -p test');
  await done('pnpm exec vitest run --project unit packages/users test/docs test/structure');

  expect(await type('pnpm rename Acme', { folder })).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('Usage'),
  });
});
