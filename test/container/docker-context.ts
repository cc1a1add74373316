import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ignore from '@balena/dockerignore';
import { repositoryFiles } from '../../packages/local-dev/src/repository-files.js';
import { root } from '../docs/blocks.js';

/** Returns those of these paths that `.dockerignore` lets a build see. */
export const sentToBuild = (paths: string[]): string[] =>
  ignore
    .default()
    .add(readFileSync(path.join(root, '.dockerignore'), 'utf8'))
    .filter(paths);

/** Copies what a build of this repository sees, as a fresh checkout has it. */
export function copyContext(folder: string): void {
  for (const file of sentToBuild(repositoryFiles(root))) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file));
  }
}
