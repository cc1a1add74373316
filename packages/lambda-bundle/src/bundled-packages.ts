import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';

/** A package in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Its bytes in the bundle, before compression. */
  readonly bytes: number;
}

interface Contents {
  readonly packages: readonly BundledPackage[];
  readonly ownFiles: readonly string[];
}

/** Returns the packages in some files of a bundle, the largest first, and the files of the workspace in them. */
export function bundledPackages({ outputs }: Metafile, names: readonly string[]): Contents {
  const packages = new Map<string, BundledPackage>();
  const ownFiles: string[] = [];
  const inputs = names.flatMap((name) => Object.entries(outputs[name]?.inputs ?? {}));
  for (const [file, { bytesInOutput }] of inputs) {
    if (bytesInOutput === 0) continue; // tree shaking removed all of it
    if (!file.includes('node_modules/')) ownFiles.push(file);
    const { folder, name, version } = packageOf(file);
    const { bytes } = packages.get(folder) ?? { bytes: 0 };
    packages.set(folder, { name, version, bytes: bytes + bytesInOutput });
  }
  return { packages: [...packages.values()].sort((a, b) => b.bytes - a.bytes), ownFiles };
}

/** Returns the package of a file, by the nearest package.json with a name and a version. */
function packageOf(file: string): { folder: string; name: string; version: string } {
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string; version?: string };
      if (name !== undefined && version !== undefined) return { folder, name, version };
    }
    if (folder === path.dirname(folder)) return { folder, name: file, version: '' };
  }
}
