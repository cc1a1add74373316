import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pretending } from './old-node.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { engines } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { engines: { node: string } };

/** Loads what pnpm loads before each of its commands. */
const load = (version: string) =>
  spawnSync(process.execPath, ['--eval', "import('./.pnpmfile.mjs')"], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: pretending(version) },
    encoding: 'utf8',
  });

it.each(['18.20.8', '20.9.0', '20.18.3', '8.0.0'])(
  'Node %s is refused on one screen, with what to do next',
  (version) => {
    const { status, stderr } = load(version);
    expect(status).toBe(1);
    expect(stderr).toContain(`This needs Node 20.19 or later; the one that runs is ${version} (`);
    expect(stderr).toContain('nvm install 22');
    expect(stderr.split('\n').length).toBeLessThan(12);
  },
);

it.each(['20.19.0', '20.20.2', '22.1.0', '24.0.0', '100.0.0'])('Node %s may go on', (version) => {
  expect(load(version)).toMatchObject({ status: 0, stderr: '' });
});

it('what is said is what package.json says', () => {
  expect(engines.node).toBe('>=20.19');
});
