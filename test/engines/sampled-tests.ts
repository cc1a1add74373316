import type { EngineName } from '../../packages/local-dynamo/src/engine-name.js';
import { heavyTests } from './heavy-tests.js';

/**
 * The most expensive tests: of copies of the whole repository, of histories, and of all views of the console.
 * `pnpm test:long` runs one file of each group, a different one each day. With `FULL=true`, it runs all.
 */
const groups: readonly (readonly string[])[] = [
  [
    'packages/generator/test/generate.long.test.ts',
    'test/docs/first-entity.long.test.ts',
    'packages/create-aws-starter-kit/test/create.long.test.ts',
  ],
  ['packages/dynamo-history/test/move.long.test.ts', 'packages/dynamo-history/test/planted-bugs.long.test.ts'],
  ['apps/console/test/accessibility.long.test.ts', 'apps/console/test/screenshots.long.test.ts'],
  [
    'packages/release/test/rehearse.long.test.ts',
    'packages/release/test/api-reference.long.test.ts',
    'packages/local-dev/test/rename.long.test.ts',
    'test/container/container.long.test.ts',
  ],
];

/**
 * Tests that use the database through a model only. `pnpm test` runs them on dynoxide, and `pnpm test:long` one group a
 * day on DynamoDB Local. The tests of the model itself run there every day.
 */
const aboveTheModel: readonly (readonly string[])[] = [
  ['apps/api/test/trpc/**'],
  [
    'apps/api/test/auth/**',
    'apps/api/test/console/**',
    'apps/api/test/telemetry/**',
    'apps/api/test/faults.process.test.ts',
  ],
  [
    ...['apps/client/**', 'examples/**', 'test/live/**', 'packages/mcp/**', 'packages/operations/**'],
    ...['packages/organisations/**', 'packages/users/**', 'packages/users-cache/**', 'packages/users-cli/**'],
  ],
];

const isFull = process.env.FULL === 'true';
const today = Math.floor(Date.now() / 86_400_000);

/** The files of the groups that are skipped today. */
export const leftOut: readonly string[] = isFull
  ? []
  : groups.flatMap((files) => files.filter((_, i) => i !== today % files.length));

/**
 * Returns the files that `pnpm test:long` leaves out on an engine: half of the heavy tests, which run on the other engine
 * that day, and on DynamoDB Local all but one group of the tests above the model.
 * @param day number of the day, which decides what is left out
 */
export function leftOutOn(engine: EngineName, engines: readonly EngineName[], day = today): readonly string[] {
  if (isFull) return [];
  const ofOthers = heavyTests.filter((_, i) => engines[(i + day) % engines.length] !== engine);
  const sampled = engine === 'dynamodb-local' && engines.length > 1 ? aboveTheModel : [];
  return [...ofOthers, ...sampled.flatMap((globs, i) => (i === day % sampled.length ? [] : globs))];
}
