import path from 'node:path';
import { type PublicPackage, publicPackages } from './public-packages.js';
import { run } from './run.js';

export interface PackedPackage extends PublicPackage {
  /** Absolute path of the tarball. */
  readonly tarball: string;
}

/** Packs packages into a folder, by default all public ones. They must be built. */
export async function packPackages(
  root: string,
  folder: string,
  packages = publicPackages(root),
): Promise<PackedPackage[]> {
  const filters = packages.flatMap(({ name }) => ['--filter', name]);
  await run('npx', ['pnpm', ...filters, 'pack', '--pack-destination', folder], { folder: root });
  return packages.map((one) => ({ ...one, tarball: path.join(folder, tarballName(one)) }));
}

const tarballName = ({ name, version }: PublicPackage) => `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`;
