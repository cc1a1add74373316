import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** Returns the paths of all files of a folder, relative to it. Links are not followed. */
export const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));

/** Returns each package that pnpm has installed in a folder, by `name@version`, with its own folder. */
export function installedPackages(app: string): Map<string, string> {
  const packages = new Map<string, string>();
  const store = path.join(app, 'node_modules/.pnpm');
  for (const entry of readdirSync(store)) {
    const folder = path.join(store, entry, 'node_modules');
    if (entry === 'node_modules' || !existsSync(folder)) continue;
    const names = readdirSync(folder).flatMap((name) =>
      name.startsWith('@') ? readdirSync(path.join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
    );
    for (const name of names) {
      const place = path.join(folder, name);
      if (realpathSync(place) !== place) continue; // a link to a dependency
      const { version } = manifestIn(place);
      packages.set(`${name}@${version}`, place);
    }
  }
  return packages;
}

/** Returns the packages that an app needs in production, as `name@version`: those of its manifest, and of theirs. */
export function neededPackages(folder: string, found: Map<string, string> = new Map()): Map<string, string> {
  const { dependencies, optionalDependencies, peerDependencies } = manifestIn(folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const place = findPackage(name, folder);
    if (place === undefined) continue;
    const id = `${name}@${manifestIn(place).version}`;
    if (found.get(id) === place) continue;
    found.set(id, place);
    neededPackages(place, found);
  }
  return found;
}

function findPackage(name: string, folder: string): string | undefined {
  const place = path.join(folder, 'node_modules', name);
  if (existsSync(place)) return realpathSync(place);
  const parent = path.dirname(folder);
  return parent === folder ? undefined : findPackage(name, parent);
}

/** Returns whether a file holds code for one platform only: a program or a library of Linux, macOS or Windows. */
export function isNativeCode(file: string): boolean {
  const head = Buffer.alloc(4);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head);
  closeSync(descriptor);
  return (
    ['7f454c46', 'cffaedfe', 'cafebabe'].includes(head.toString('hex')) || head.toString('latin1').startsWith('MZ')
  );
}
