import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('SECURITY.md', root), 'utf8');

it('SECURITY.md names only files that exist', () => {
  const named = text.match(/[\w.-]+\.ts\b/g) ?? [];
  const folders = ['apps', 'packages', 'examples'].flatMap((parent) =>
    readdirSync(new URL(parent, root)).flatMap((name) =>
      ['src', 'test'].map((folder) => new URL(`${parent}/${name}/${folder}/`, root)),
    ),
  );
  const existing = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => basename(file)));
  expect(named.length).toBeGreaterThan(50);
  expect([...new Set(named)].filter((name) => !existing.includes(name))).toEqual([]);
});

it('SECURITY.md answers each section of ASVS 5.0.0 once', () => {
  /** How many sections each chapter has, from V1 Encoding and Sanitization to V17 WebRTC. */
  const sections = [5, 4, 7, 4, 4, 8, 6, 4, 2, 7, 7, 3, 4, 3, 4, 5, 3];
  const all = sections.flatMap((count, chapter) =>
    Array.from({ length: count }, (_, section) => `${chapter + 1}.${section + 1}`),
  );
  const [, ofAsvs = ''] = text.split('## OWASP ASVS');
  const cells = [...ofAsvs.matchAll(/^\| ([^|]*)/gm)].map(([, cell = '']) => cell);
  const answered = cells.flatMap((cell) => cell.match(/\b\d+\.\d+\b/g) ?? []);
  expect(answered.sort()).toEqual(all.sort());
});
