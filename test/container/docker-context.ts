import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ignore from '@balena/dockerignore';
import { repositoryFiles } from '../../packages/local-dev/src/repository-files.js';
import { root } from '../docs/blocks.js';

/** Returns the given paths that `.dockerignore` does not exclude. */
export const sentToBuild = (paths: string[]): string[] =>
  ignore
    .default()
    .add(readFileSync(path.join(root, '.dockerignore'), 'utf8'))
    .filter(paths);

/** Copies the build context of this repository, as in a fresh checkout. */
export function copyContext(folder: string): void {
  for (const file of sentToBuild(repositoryFiles(root))) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file));
  }
}
