import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { satisfies } from 'semver';
import { describe, expect, it } from 'vitest';

interface Manifest {
  name: string;
  version: string;
  engines?: { node?: string };
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Collects the manifests of a package and of all packages that it needs in production, by folder. */
function collect(folder: string, manifests: Map<string, Manifest>): typeof manifests {
  if (manifests.has(folder)) return manifests;
  const manifest = readJson(`${folder}/package.json`) as Manifest;
  manifests.set(folder, manifest);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const found = findInstalled(name, folder);
    if (found !== undefined) collect(found, manifests);
    else if (manifest.optionalDependencies?.[name] === undefined) throw new Error(`${name} is not installed`);
  }
  return manifests;
}

/** Finds a package as Node does: in `node_modules` of a folder, or of one above it. */
function findInstalled(name: string, folder: string): string | undefined {
  const candidate = path.join(folder, 'node_modules', name);
  if (existsSync(candidate)) return realpathSync(candidate);
  const parent = path.dirname(folder);
  return parent === folder ? undefined : findInstalled(name, parent);
}

describe('a dependency of production', () => {
  const manifests = new Map<string, Manifest>();
  for (const folder of ['apps/api', 'apps/client', 'packages/dynamo', 'packages/users'])
    collect(path.join(root, folder), manifests);

  const named = (isBad: (manifest: Manifest) => boolean) =>
    [...manifests.values()].filter(isBad).map(({ name, version }) => `${name}@${version}`);

  it.each(['20.19.0', '22.12.0', '24.0.0'])('declares support for Node %s', (version) => {
    expect(manifests.size).toBeGreaterThan(50);
    expect(named(({ engines }) => !satisfies(version, engines?.node ?? '*'))).toEqual([]);
  });

  it('runs no script when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall'];
    expect(named(({ scripts = {} }) => hooks.some((hook) => hook in scripts))).toEqual([]);
  });

  it('has a checksum in the lockfile', () => {
    const lockfile = read('pnpm-lock.yaml');
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

describe('any dependency, those of development included', () => {
  it('may run no script when it is installed', () => {
    const permissions = /^permissions:\n((?: .*\n)+)/m.exec(read('pnpm-workspace.yaml'))?.[1] ?? '';
    expect(permissions).toContain('build: false');
    expect(`${permissions}${read('.npmrc')}`).not.toMatch(/build: true|build=|onlyBuilt|dangerously/i);
  });

  it('has a checksum in the lockfile, and comes from the registry', () => {
    const resolutions = read('pnpm-lock.yaml').match(/^ {4}resolution: .*$/gm) ?? [];
    expect(resolutions.length).toBeGreaterThan(200);
    expect(resolutions.filter((line) => !/^ {4}resolution: \{integrity: sha512-[\w+/]{86}==\}$/.test(line))).toEqual(
      [],
    );
  });
});

describe('the tools', () => {
  const { packageManager } = readJson(`${root}/package.json`) as { packageManager: string };

  it('pin pnpm by version and hash, and npx fetches this version only', () => {
    const [, version = ''] = /^pnpm@([\d.]+)\+sha512\.[\da-f]{128}$/.exec(packageManager) ?? [];
    expect(version).not.toBe('');
    expect(read('.npmrc').split('\n')).toContain(`package=pnpm@${version}`);
  });

  const files = readdirSync(path.join(root, '.github/workflows'));
  const workflows = files.map((file) => read(`.github/workflows/${file}`));
  const readOnly = ['contents: read'];
  /** The jobs that may do more than read. */
  const rights: Readonly<Record<string, readonly string[]>> = {
    'deploy.yml deploy': ['contents: read', 'id-token: write'],
    'release.yml version': ['contents: write', 'pull-requests: write'],
    'release.yml publish': ['contents: write', 'id-token: write'],
  };

  it('pin each action of a workflow by commit, with its version as a comment', () => {
    const actions = workflows.flatMap((workflow) => workflow.match(/uses: .*/g) ?? []);
    expect(actions.length).toBeGreaterThan(3);
    expect(actions.filter((action) => !/^uses: [\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it.each(files)('run %s without permissions, and each job only reads or has the rights of the table', (file) => {
    const workflow = read(`.github/workflows/${file}`);
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    const jobs = (workflow.split(/^jobs:$/m)[1] ?? '').split(/^ {2}(?=[\w-]+:$)/m).slice(1);
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) {
      const [, given = ''] = /^ {4}permissions:\n((?: {6}.*\n)+) {4}\w/m.exec(job) ?? [];
      const lines = given.trimEnd().split('\n');
      const allowed = rights[`${file} ${job.slice(0, job.indexOf(':'))}`] ?? readOnly;
      expect(lines.map((line) => line.replace(/#.*/, '').trim())).toEqual(allowed);
    }
    const checkouts = workflow.match(/actions\/checkout@/g)?.length;
    expect(workflow.match(/persist-credentials: false/g)).toHaveLength(checkouts ?? 0);
  });
});
