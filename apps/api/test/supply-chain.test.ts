import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { satisfies } from 'semver';
import { beforeAll, describe, expect, it } from 'vitest';

interface Listed {
  path: string;
  dependencies?: Record<string, Listed>;
}
interface Manifest {
  name: string;
  version: string;
  engines?: { node?: string };
  scripts?: Record<string, string>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = ['api', 'client', 'dynamo', 'users'];

describe('what production installs', () => {
  const manifests = new Map<string, Manifest>();
  beforeAll(async () => {
    const filters = packages.map((name) => `--filter=@aws-starter-kit/${name}`);
    const { stdout } = await promisify(execFile)(
      'npx',
      ['pnpm', ...filters, 'list', '--prod', '--depth', 'Infinity', '--json'],
      { cwd: root, maxBuffer: 64 * 2 ** 20 },
    );
    const visit = ({ path, dependencies = {} }: Listed) => {
      const file = `${path}/package.json`; // not there: of another platform
      if (!manifests.has(path) && existsSync(file)) manifests.set(path, JSON.parse(readFileSync(file, 'utf8')));
      Object.values(dependencies).forEach(visit);
    };
    (JSON.parse(stdout) as Listed[]).forEach(visit);
  });

  const named = (isBad: (manifest: Manifest) => boolean) =>
    [...manifests.values()].filter(isBad).map(({ name, version }) => `${name}@${version}`);

  it.each(['20.19.0', '22.12.0', '24.0.0'])('runs on Node %s by its own word', (version) => {
    expect(manifests.size).toBeGreaterThan(50);
    expect(named(({ engines }) => !satisfies(version, engines?.node ?? '*'))).toEqual([]);
  });

  it('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall'];
    expect(named(({ scripts = {} }) => hooks.some((hook) => hook in scripts))).toEqual([]);
  });

  it('stands in the lockfile with a checksum', () => {
    const lockfile = readFileSync(`${root}/pnpm-lock.yaml`, 'utf8');
    const ours = named(({ name }) => !name.startsWith('@aws-starter-kit/'));
    const missing = ours.filter(
      (id) =>
        !new RegExp(`^ {2}'?${id.replaceAll(/[.+]/g, '\\$&')}'?:\\n {4}resolution: \\{integrity: sha512-`, 'm').test(
          lockfile,
        ),
    );
    expect(missing).toEqual([]);
  });
});
