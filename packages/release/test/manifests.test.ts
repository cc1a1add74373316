import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { publicPackages } from '../src/public-packages.js';
import { currentVersion } from '../src/version-release.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => JSON.parse(readFileSync(`${root}/${path}`, 'utf8'));
const packages = publicPackages(root);

it('the packages that an app installs are public, and the commands of the repository are not', () => {
  expect(packages.map(({ folder }) => folder).sort()).toEqual([
    'apps/client',
    'packages/create-aws-starter-kit',
    'packages/dynamo',
    'packages/dynamo-faults',
    'packages/fields',
    'packages/lean-trpc',
    'packages/local-dynamo',
    'packages/organisations',
    'packages/streams',
    'packages/users',
    'packages/users-cache',
  ]);
});

it('each is listed after the packages that it depends on, all of them public', () => {
  const names = packages.map(({ name }) => name);
  for (const [index, { folder }] of packages.entries()) {
    const { dependencies = {}, peerDependencies = {} } = read(`${folder}/package.json`);
    const own = Object.entries({ ...dependencies, ...peerDependencies }).filter(([, range]) =>
      `${range}`.startsWith('workspace:'),
    );
    for (const [name] of own) expect(names.slice(0, index), `${name} before ${folder}`).toContain(name);
  }
});

it('all have the version of the repository, which docs/upgrading.md lists', () => {
  const version = currentVersion(root);
  expect(read('package.json').version).toBe(version);
  expect(readFileSync(`${root}/docs/upgrading.md`, 'utf8')).toMatch(
    new RegExp(`^\\| ${version.replaceAll('.', '\\.')} `, 'm'),
  );
});

describe.each(packages)('$name', ({ folder }) => {
  const manifest = read(`${folder}/package.json`);

  it('names its folder, and is published publicly with provenance', () => {
    expect(manifest).toMatchObject({
      license: 'MIT',
      homepage: expect.stringContaining(`${folder}#readme`),
      bugs: expect.stringMatching(/\/issues$/),
      repository: { type: 'git', url: expect.stringMatching(/^git\+https:.*\.git$/), directory: folder },
      keywords: expect.arrayContaining([expect.any(String)]),
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public', provenance: true },
    });
    expect(existsSync(`${root}/${folder}/README.md`)).toBe(true);
  });

  it('is published with the exports of the workspace, without its condition for sources', () => {
    const entries: [string, Record<string, string>][] = Object.entries(manifest.exports ?? {});
    const expected = entries.map(([name, { '@aws-starter-kit/source': _, ...conditions }]) => [name, conditions]);
    expect(manifest.publishConfig.exports ?? {}).toEqual(Object.fromEntries(expected));
    expect(manifest.files).not.toContain('test');
  });
});
