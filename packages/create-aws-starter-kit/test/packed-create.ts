import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../test/docs/blocks.js';

/** Packs this package into a folder, as for publication. Returns the path of the tarball. */
export function packCreate(folder: string): string {
  const pack = ['pnpm', '--filter', 'create-aws-starter-kit', 'pack', '--pack-destination', folder];
  execFileSync('npx', pack, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  return join(folder, tarball);
}

/** The command that `npm create aws-starter-kit` runs, with the package from a tarball instead of a registry. */
export const createFrom = (tarball: string, rest: string) =>
  `npm exec --yes --package ${tarball} -- create-aws-starter-kit ${rest}`;
