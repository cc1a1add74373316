import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Returns the files of a repository that `.gitignore` does not name, relative to it. It needs no git: an archive has none. */
export function repositoryFiles(root: string): string[] {
  const ignored = readFileSync(path.join(root, '.gitignore'), 'utf8').split('\n').filter(Boolean).map(toPattern);
  const isIgnored = (name: string) => ignored.some((pattern) => pattern.test(name));
  const files: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== '.git' && !isIgnored(`${entry.name}/`)) visit(name);
      } else if (entry.isFile() && entry.name !== '.git' && !isIgnored(entry.name)) files.push(name);
    }
  };
  visit('');
  return files.sort();
}

/** The file has names and `*` only: `dist/` or `*.tgz`, at any depth. */
function toPattern(line: string): RegExp {
  const escaped = line.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}
