import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A package that is published: its manifest has no `private`. */
export interface PublicPackage {
  readonly name: string;
  readonly version: string;
  /** Path from the root of the repository. */
  readonly folder: string;
}

/** Returns the published packages in dependency order. */
export function publicPackages(root: string): PublicPackage[] {
  const found = ['packages', 'apps']
    .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => path.posix.join(parent, name)))
    .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
    .map((folder) => ({ folder, ...readManifest(path.join(root, folder)) }))
    .filter((manifest) => manifest.private !== true);
  const sorted = new Set<(typeof found)[number]>();
  const add = (one: (typeof found)[number]): void => {
    for (const other of found) if (other !== one && one.dependencies?.[other.name]) add(other);
    sorted.add(one);
  };
  for (const one of found) add(one);
  return [...sorted].map(({ name, version, folder }) => ({ name, version, folder }));
}

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  dependencies?: Record<string, string>;
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
