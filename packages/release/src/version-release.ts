import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { closeUnreleased } from './changelog.js';
import { publicPackages } from './public-packages.js';
import { run } from './run.js';
import { UsageError } from './usage-error.js';

/** Sets the version that the changesets imply in all packages, CHANGELOG.md and docs/upgrading.md. Returns it. */
export async function versionRelease(root: string, date = new Date().toISOString().slice(0, 10)): Promise<string> {
  const changes = readChangesets(root);
  if (changes.length === 0) throw new UsageError('There are no changesets. Write one: pnpm changeset');
  await run('npx', ['pnpm', '--filter', '@aws-starter-kit/release', 'exec', 'changeset', 'version'], { folder: root });
  const version = currentVersion(root);
  edit(path.join(root, 'package.json'), (text) => text.replace(/"version": "[^"]*"/, `"version": "${version}"`));
  edit(path.join(root, 'CHANGELOG.md'), (text) => closeUnreleased(text, { version, date, changes }));
  edit(path.join(root, 'docs/upgrading.md'), (text) => text.replace(tableHead, (head) => head + row(version, date)));
  // neither the changesets nor the new row are formatted
  await run('npx', ['pnpm', 'exec', 'biome', 'format', '--write'], { folder: root });
  return version;
}

/** The head of the first table of docs/upgrading.md: a line of names, and one of dashes. */
const tableHead = /^\| version .*\n\| -.*\n/m;

const row = (version: string, date: string) => `| ${version} | ${date} | [CHANGELOG](../CHANGELOG.md) |\n`;

/**
 * Returns the version that all packages have.
 *
 * @throws {UsageError} They have different ones.
 */
export function currentVersion(root: string): string {
  const versions = new Set(publicPackages(root).map(({ version }) => version));
  const [version = ''] = versions;
  if (versions.size !== 1) throw new UsageError(`The packages have different versions: ${[...versions].join(', ')}`);
  return version;
}

/** Returns the texts of the changesets. */
export function readChangesets(root: string): string[] {
  const folder = path.join(root, '.changeset');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .sort()
    .map((name) =>
      readFileSync(path.join(folder, name), 'utf8')
        .replace(/^---\n.*?^---\n/ms, '')
        .trim(),
    );
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
