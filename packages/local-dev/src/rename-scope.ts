import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryFiles } from './repository-files.js';

export interface RenameOptions {
  /** The new scope, such as `@acme`. */
  readonly scope: string;
  /** Name of the root package. @default the scope without its @, if that is the name now */
  readonly name?: string;
}

/** Renames the scope of the packages of a repository in all files. Returns the old scope and the changed files. */
export function renameScope(root: string, { scope, name }: RenameOptions) {
  const current = currentScope(root);
  const pattern = new RegExp(`${current.replaceAll('.', '\\.')}(?![\\w-])`, 'g');
  const renameRoot = (manifest: string) =>
    name === undefined
      ? manifest.replace(`"name": "${current.slice(1)}"`, `"name": "${scope.slice(1)}"`)
      : manifest.replace(/"name": "[^"]*"/, `"name": "${name}"`);
  const changed = repositoryFiles(root).filter((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const scoped = text.replaceAll(pattern, scope);
    const result = file === 'package.json' ? renameRoot(scoped) : scoped;
    if (result !== text) writeFileSync(path.join(root, file), result);
    return result !== text;
  });
  return { current, changed };
}

/** Returns the scope of the packages of a repository. */
export function currentScope(root: string): string {
  const { name } = JSON.parse(readFileSync(path.join(root, 'packages/local-dev/package.json'), 'utf8'));
  return String(name).split('/')[0] ?? '';
}

/** Returns the problem with a scope in one line, or undefined. */
export function scopeProblem(scope: string): string | undefined {
  if (/^@[a-z\d][a-z\d._-]{0,100}$/.test(scope)) return undefined;
  return `The scope is ${JSON.stringify(scope)}; it must be @ and lower-case letters, digits, - . or _.`;
}
