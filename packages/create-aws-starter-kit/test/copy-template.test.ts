import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { copyTemplate } from '../src/copy-template.js';

let temporary: string;
let dist: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'copy-template-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  dist = join(temporary, 'dist');
  mkdirSync(join(dist, 'template/.ci'), { recursive: true });
  for (const name of ['dot-npmrc', '.ci/run', 'README.md']) writeFileSync(join(dist, 'template', name), name);
  record({ 'dot-npmrc': '.npmrc' });
});

function record(renamed: Record<string, string>): void {
  writeFileSync(join(dist, 'template.json'), JSON.stringify({ version: '1.2.3', executables: ['.ci/run'], renamed }));
}

it('restores names and modes that npm does not preserve', () => {
  const folder = join(temporary, 'new/app');
  expect(copyTemplate(dist, folder).version).toBe('1.2.3');
  expect(readdirSync(folder).sort()).toEqual(['.ci', '.npmrc', 'README.md']);
  expect(statSync(join(folder, '.ci/run')).mode & 0o111).toBe(0o111);
});

it('accepts a folder that contains only .git, such as a worktree', () => {
  const folder = join(temporary, 'tree');
  mkdirSync(folder);
  writeFileSync(join(folder, '.git'), 'gitdir: elsewhere');
  copyTemplate(dist, folder);
  expect(readFileSync(join(folder, '.git'), 'utf8')).toBe('gitdir: elsewhere');
});

it('rejects a folder with files, and writes nothing', () => {
  const folder = join(temporary, 'full');
  mkdirSync(folder);
  for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(folder, name), '');
  expect(() => copyTemplate(dist, folder)).toThrow(/is not empty: it has a, b, c and 1 more\. .*Nothing was written/);
  expect(readdirSync(folder)).toHaveLength(4);
});

it('removes a project that cannot be written in full', () => {
  record({ missing: '.npmrc' });
  const folder = join(temporary, 'half');
  expect(() => copyTemplate(dist, folder)).toThrow(/cannot be written: ENOENT.*Nothing is left of it/s);
  expect(existsSync(folder)).toBe(false);
});
