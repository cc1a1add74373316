import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import quick from '../../vitest.config.js';
import long from '../../vitest.long.config.js';
import { coreTests } from '../engines/core-tests.js';
import { heavyTests } from '../engines/heavy-tests.js';
import { runnableEngines } from '../engines/runnable-engines.js';

interface Config {
  test?: { projects?: unknown };
}
interface Project {
  test: { name: string; include: string[]; exclude: string[] };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = ['apps', 'examples', 'packages'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
);
const engineTests = ['test', 'benchmarks/test', ...packages.map((folder) => `${folder}/test`)]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`))
  .filter((path) => /\.(engine|process)\.test\.ts$/.test(path) && !path.includes('node_modules'));

/** Runs of a file on an engine, in `pnpm test` and `pnpm test:long` together. */
const runsOf = (file: string, engine: string) =>
  [quick, long].filter((config) => projectsOf(config).some((project) => runs(project, engine, file))).length;

const projectsOf = (config: Config) => config.test?.projects as Project[];
const runs = ({ test: { name, include, exclude } }: Project, engine: string, file: string) =>
  name === engine && matches(include, file) && !matches(exclude, file);
const matches = (globs: readonly string[], file: string) => globs.some((glob) => pattern(glob).test(file));
const pattern = (glob: string) => new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll(/\*\*\/|\*+/g, '.*')}$`);

it.each(await runnableEngines())('each test runs on %s once, in `pnpm test` or in `pnpm test:long`', (engine) => {
  expect(engineTests.length).toBeGreaterThan(70);
  expect(engineTests.filter((file) => runsOf(file, engine) !== 1)).toEqual([]);
});

it('the lists name tests that exist', () => {
  expect([...coreTests, ...heavyTests].filter((file) => !engineTests.includes(file))).toEqual([]);
});
