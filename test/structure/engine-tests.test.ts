import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { EngineName } from '../../packages/local-dynamo/src/engine-name.js';
import quick from '../../vitest.config.js';
import long from '../../vitest.long.config.js';
import { coreTests } from '../engines/core-tests.js';
import { heavyTests } from '../engines/heavy-tests.js';
import { runnableEngines } from '../engines/runnable-engines.js';
import { leftOut, leftOutOn } from '../engines/sampled-tests.js';

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
const tests = ['test', 'benchmarks/test', 'infra/test', ...packages.map((folder) => `${folder}/test`)]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`))
  .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'));
const engineTests = tests.filter((path) => /\.(engine|process)\.test\.ts$/.test(path));
const longTests = tests.filter((path) => /\.(long|load)\.test\.ts$/.test(path));

const engines = await runnableEngines();
const days = [0, 1, 2, 3, 4, 5, 6];

/** Whether `pnpm test` runs a file on an engine. */
const isQuick = (file: string, engine: EngineName) => projectsOf(quick).some(({ test }) => runs(test, engine, file));
/** Whether `pnpm test:long` runs a file on an engine, on a day or at all. */
const isLong = (file: string, engine: EngineName, day?: number) => {
  const today = leftOutOn(engine, engines);
  const thatDay = day === undefined ? [] : leftOutOn(engine, engines, day);
  return projectsOf(long).some(({ test }) => {
    const exclude = [...test.exclude.filter((glob) => !today.includes(glob)), ...thatDay];
    return runs({ ...test, exclude }, engine, file);
  });
};

const projectsOf = (config: Config) => config.test?.projects as Project[];
const runs = ({ name, include, exclude }: Project['test'], engine: string, file: string) =>
  name === engine && matches(include, file) && !matches(exclude, file);
const matches = (globs: readonly string[], file: string) => globs.some((glob) => pattern(glob).test(file));
const pattern = (glob: string) => new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll(/\*\*\/|\*+/g, '.*')}$`);

it.each(engines)('each test runs on %s, in `pnpm test` or in `pnpm test:long`', (engine) => {
  expect(engineTests.length).toBeGreaterThan(70);
  expect(engineTests.filter((file) => isQuick(file, engine) === isLong(file, engine))).toEqual([]);
});

it('each test runs each day, and on each engine within three days', () => {
  const isRun = (file: string, engine: EngineName, day: number) => isQuick(file, engine) || isLong(file, engine, day);
  const missed = days.flatMap((day) =>
    engineTests.filter((file) => !engines.some((engine) => isRun(file, engine, day))).map((file) => `${file} ${day}`),
  );
  expect(missed).toEqual([]);
  const within = (file: string, engine: EngineName) =>
    [0, 1, 2, 3].every((first) => [0, 1, 2].some((day) => isRun(file, engine, first + day)));
  expect(engineTests.filter((file) => !engines.every((engine) => within(file, engine)))).toEqual([]);
});

it('each long test runs within a week, and most of them each day', () => {
  const isRun = (file: string, day: number) => !matches(leftOut(day), file);
  expect(longTests.length).toBeGreaterThan(100);
  expect(longTests.filter((file) => !days.some((day) => isRun(file, day)))).toEqual([]);
  for (const day of days)
    expect(longTests.filter((file) => isRun(file, day)).length).toBeGreaterThan(longTests.length / 2);
});

it('each long test is left out by one name, which is that of a test', () => {
  const named = [...new Set(days.flatMap((day) => leftOut(day)))];
  expect(named.filter((glob) => !longTests.some((file) => matches([glob], file)))).toEqual([]);
  expect(longTests.filter((file) => named.filter((glob) => matches([glob], file)).length > 1)).toEqual([]);
});

it('the lists name tests that exist, once', () => {
  const named = [...coreTests, ...heavyTests];
  expect(named.filter((file) => !engineTests.includes(file))).toEqual([]);
  expect(named.filter((file, i) => named.indexOf(file) !== i)).toEqual([]);
});
