import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TemplateRecord } from '../copy-template.js';
import { isLeftOut, textForProject } from './left-out.js';

/** Files that npm does not pack, or does not pack unchanged. */
const renamedByNpm: Readonly<Record<string, string>> = { '.gitignore': 'dot-gitignore', '.npmrc': 'dot-npmrc' };

/**
 * Writes the files of a new project to `<dist>/template`, and the data that npm would not preserve to
 * `<dist>/template.json`.
 */
export function packTemplate(root: string, dist: string): void {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const template = path.join(dist, 'template');
  const executables: string[] = [];
  const renamed: Record<string, string> = {};
  rmSync(template, { recursive: true, force: true });
  for (const file of trackedFiles(root).filter((name) => !isLeftOut(name))) {
    const packedName = renamedByNpm[path.basename(file)];
    if (packedName !== undefined) renamed[path.posix.join(path.dirname(file), packedName)] = file;
    if (statSync(path.join(root, file)).mode & 0o100) executables.push(file);
    mkdirSync(path.join(template, path.dirname(file)), { recursive: true });
    const text = readFileSync(path.join(root, file), 'utf8');
    writeFileSync(path.join(template, file), textForProject(file, text, version));
  }
  updateLockfile(template);
  for (const [packed, file] of Object.entries(renamed)) {
    renameSync(path.join(template, file), path.join(template, packed));
  }
  const record: TemplateRecord = { version, executables, renamed };
  writeFileSync(path.join(dist, 'template.json'), `${JSON.stringify(record, null, 2)}\n`);
}

const trackedFiles = (root: string) =>
  execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);

/**
 * Removes the dependencies of omitted packages from the lockfile. The `.npmrc` of the template names the version of
 * pnpm.
 */
function updateLockfile(template: string): void {
  const args = ['install', '--lockfile-only', '--no-frozen-lockfile', '--prefer-offline', '--ignore-scripts'];
  execFileSync('npx', ['pnpm', ...args], { cwd: template, stdio: ['ignore', 'ignore', 'inherit'] });
}
