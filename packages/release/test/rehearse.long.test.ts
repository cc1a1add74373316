import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { blocksOf, commandsIn, root } from '../../../test/docs/blocks.js';
import { publicPackages } from '../src/public-packages.js';
import { rehearse } from '../src/rehearse.js';
import { run } from '../src/run.js';

/** `commands.long.test.ts` writes it to the root, perhaps at the same time. */
const scriptOfAnotherTest = 'my-script.js';

it('makes a release of the last commit, from which npm create makes a project, and leaves nothing of it', async () => {
  expect(blocksOf('packages/release/README.md').flatMap(commandsIn)).toEqual(['pnpm release rehearse']);
  const folder = mkdtempSync(join(tmpdir(), 'release-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const traces = () => ({
    head: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }),
    tags: execFileSync('git', ['tag'], { cwd: root, encoding: 'utf8' }),
    changes: execFileSync('git', ['status', '--porcelain', '--', '.', `:!${scriptOfAnotherTest}`], {
      cwd: root,
      encoding: 'utf8',
    }),
    temporary: readdirSync(tmpdir()).filter((name) => name.startsWith('rehearsal-')),
  });
  const before = traces();
  const lines: string[] = [];
  let created = '';

  await rehearse(root, {
    print: (line) => void lines.push(...line.split('\n')),
    onPublished: async (env) => {
      const create = [
        'create',
        '--yes',
        'aws-starter-kit@latest',
        'my-app',
        '--',
        '--scope',
        '@acme',
        '--no-install',
        '--yes',
      ];
      created = await run('npm', create, { folder, env });
    },
  });

  const [, version = ''] = /^All packages have version (\d+\.\d+\.\d+)$/.exec(lines[0] ?? '') ?? [];
  expect(version).not.toBe('');
  const names = publicPackages(root).map(({ name }) => name);
  expect(lines).toContain(`${names.length} packages pass publint and are-the-types-wrong`);
  for (const name of names) expect(lines).toContain(`${name}@${version} is published`);
  expect(lines).toContain(`Tagged v${version}`);
  expect(lines.at(-1)).toBe(`Rehearsed: ${names.length} packages. Nothing of it is left.`);

  expect(created).toContain('my-app is in');
  expect(readFileSync(join(folder, 'my-app/CHANGELOG.md'), 'utf8')).toContain(
    `Started from aws-starter-kit ${version}.`,
  );
  expect(existsSync(join(folder, 'my-app/packages/release'))).toBe(false);
  expect(traces()).toEqual(before);
}, 900_000); // it installs, builds and publishes everything: two minutes, or five on a busy machine
