import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { root } from '../../../test/docs/blocks.js';
import { writeApiReference } from '../src/api-reference.js';

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'api-reference-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
});

it('is written for every public package with exports, whose exported names all have a docstring', async () => {
  const names = await writeApiReference(root, temporary);
  expect(names).toEqual(expect.arrayContaining(['@aws-starter-kit/dynamo', '@aws-starter-kit/client']));
  const model = readFileSync(join(temporary, 'dynamo/index/classes/DynamoModel.md'), 'utf8');
  for (const method of ['create', 'update', 'query']) expect(model).toContain(`### ${method}()`);
  expect(existsSync(join(temporary, 'dynamo/index/functions/transact.md'))).toBe(true);
  expect(readFileSync(join(temporary, 'users/README.md'), 'utf8')).toContain('classes/UserService.md');
});

/** Writes a repository with one package, whose index has this text. */
function repositoryWith(index: string): string {
  const folder = join(temporary, 'packages/one');
  mkdirSync(join(folder, 'src'), { recursive: true });
  mkdirSync(join(temporary, 'apps'));
  const exports = { '.': { '@aws-starter-kit/source': './src/index.ts' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: '@here/one', version: '1.0.0', exports }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { types: [] }, include: ['src'] }));
  writeFileSync(join(folder, 'src/index.ts'), index);
  return temporary;
}

it.each([
  [
    'an exported function without a docstring',
    'export function bare(): void {}',
    /@here\/one: bare .*does not have any documentation/,
  ],
  [
    'a link to a name that does not exist',
    '/** Like {@link missing}. */\nexport function one(): void {}',
    /@here\/one: .*missing/,
  ],
])('is not written for a package with %s', async (_, index, message) => {
  const out = join(temporary, 'out');
  await expect(writeApiReference(repositoryWith(index), out)).rejects.toThrow(message);
  expect(existsSync(join(out, 'one'))).toBe(false);
});
