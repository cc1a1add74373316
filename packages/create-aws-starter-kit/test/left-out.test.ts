import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isLeftOut, textForProject } from '../src/template/left-out.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);

it('omits the files that publish the starter kit, and no others', () => {
  const folders = new Set(tracked.filter(isLeftOut).map((file) => file.split('/').slice(0, 2).join('/')));
  for (const folder of ['packages/create-aws-starter-kit', 'packages/release']) expect(folders).toContain(folder);
  const kept = tracked.filter((file) => !isLeftOut(file));
  for (const file of ['README.md', '.npmrc', '.github/workflows/ci.yml', 'LICENSE']) expect(kept).toContain(file);
});

it('no remaining file refers to an omitted file', () => {
  const named = tracked
    .filter((file) => !isLeftOut(file) && file !== 'pnpm-lock.yaml')
    .filter((file) => {
      const text = textForProject(file, readFileSync(`${root}/${file}`, 'utf8'), '1.0.0');
      return /packages\/(release|create-aws)|npm create aws/.test(text);
    });
  expect(named).toEqual([]);
});

it('a package of a project is private, has a version of its own, and does not name our repository', () => {
  const text = textForProject(
    'packages/users/package.json',
    readFileSync(`${root}/packages/users/package.json`, 'utf8'),
    '9.9.9',
  );
  const manifest = JSON.parse(text);
  expect(manifest).toMatchObject({ private: true, version: '0.1.0', publishConfig: { exports: expect.anything() } });
  expect(text).not.toContain('github.com');
  expect(manifest.publishConfig).not.toHaveProperty('provenance');
});

it('a project has only scripts that it can run', () => {
  const { scripts } = JSON.parse(textForProject('package.json', readFileSync(`${root}/package.json`, 'utf8'), '1.0.0'));
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['dev', 'test', 'rename', 'gen']));
  expect(Object.keys(scripts).filter((name) => /release|changeset|docs:api/.test(name))).toEqual([]);
});

it('the changelog of a project starts with its version of the starter kit', () => {
  const text = textForProject('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- ours\n', '1.2.3');
  expect(text).toMatch(/^# Changelog\n\nStarted from aws-starter-kit 1\.2\.3\..*\n## Unreleased\n$/s);
  expect(text).not.toContain('ours');
});
