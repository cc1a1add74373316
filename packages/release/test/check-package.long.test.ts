import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { root } from '../../../test/docs/blocks.js';
import { packageProblems } from '../src/check-package.js';
import { type PackedPackage, packPackages } from '../src/pack-packages.js';
import { publicPackages } from '../src/public-packages.js';

let packed: PackedPackage[];
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-packages-'));
  // packages with a build; the rehearsal checks the other one, which is generated when it is packed
  const built = publicPackages(root).filter(({ name }) => name !== 'create-aws-starter-kit');
  packed = await packPackages(root, folder, built);
  return () => rmSync(folder, { recursive: true, force: true });
});

const filesOf = ({ tarball }: PackedPackage) =>
  execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).split('\n').filter(Boolean);

it('publint and are-the-types-wrong find nothing in the packed packages', async () => {
  expect(packed.length).toBeGreaterThan(8);
  for (const one of packed)
    expect({ name: one.name, problems: await packageProblems(one) }).toEqual({ name: one.name, problems: [] });
});

it('each has its README and its licence, and none has tests or settings', () => {
  for (const one of packed) {
    const files = filesOf(one);
    expect(files).toEqual(expect.arrayContaining(['package/README.md', 'package/LICENSE', 'package/package.json']));
    expect(files.filter((file) => /\/test\/|\.test\.|tsconfig|\.env|node_modules/.test(file))).toEqual([]);
  }
});

it('a manifest names other packages by version, never by workspace or catalog', () => {
  for (const { tarball } of packed) {
    const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
    expect(text).not.toMatch(/"(workspace|catalog):/);
    expect(JSON.stringify(JSON.parse(text).exports)).not.toContain('@aws-starter-kit/source');
  }
});

it('both tools find a broken package', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'broken-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'package'));
  const exports = { '.': { types: './index.d.ts', default: './index.js' }, './gone': './gone.js' };
  const manifest = { name: 'broken', version: '1.0.0', type: 'module', exports };
  writeFileSync(join(folder, 'package/package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package/index.js'), 'module.exports = 1;');
  writeFileSync(join(folder, 'package/index.d.ts'), 'declare const one: 1;\nexport = one;');
  const tarball = join(folder, 'broken.tgz');
  execFileSync('tar', ['-czf', tarball, '-C', folder, 'package']);
  const problems = await packageProblems({ name: 'broken', version: '1.0.0', folder: '.', tarball });
  expect(problems).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^publint: .*gone\.js.*does not exist/),
      expect.stringMatching(/^attw: /),
    ]),
  );
});
