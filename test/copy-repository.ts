import { cpSync } from 'node:fs';
import path from 'node:path';
import { repositoryFiles } from '../packages/local-dev/src/repository-files.js';
import { root } from './docs/blocks.js';

/** Copies the files of this repository that git does not ignore, also those that are not committed, into a folder. */
export function copyRepository(folder: string): void {
  for (const file of repositoryFiles(root)) {
    try {
      cpSync(path.join(root, file), path.join(folder, file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // another test has removed it since
    }
  }
}
