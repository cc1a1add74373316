import type { EngineName } from '../../packages/local-dynamo/src/engine-name.js';
import { heavyTests } from './heavy-tests.js';

/**
 * The most expensive tests, in groups. `pnpm test:long` runs one entry of each group, a different one each day, and with
 * `FULL=true` all of them. All other tests run each day.
 */
const groups: readonly (readonly (readonly string[])[])[] = [
  // copies of the whole repository
  [
    ['packages/generator/test/generate.long.test.ts'],
    ['test/docs/first-entity.long.test.ts'],
    ['packages/create-aws-starter-kit/test/create.long.test.ts'],
    ['packages/release/test/rehearse.long.test.ts'],
    ['packages/release/test/api-reference.long.test.ts'],
    ['packages/local-dev/test/rename.long.test.ts', 'test/container/container.long.test.ts'],
    ['test/docs/commands.long.test.ts'],
  ],
  // kills, and histories
  [
    ['packages/dynamo-history/test/move.long.test.ts'],
    ['packages/streams/test/kills.long.test.ts'],
    ['packages/dynamo-history/test/planted-bugs.long.test.ts'],
    ['packages/users-cli/test/inter*.long.test.ts', 'test/crash-safety/crash-safety.long.test.ts'],
  ],
  // the console
  [
    ['apps/console/test/accessibility.long.test.ts', 'apps/console/test/screen-reader.long.test.ts'],
    ['apps/console/test/journeys-*.long.test.ts'],
    ['apps/console/test/bundle.long.test.ts', 'apps/console/test/sign-in*.long.test.ts'],
    [
      ...['apps/console/test/screenshots.long.test.ts', 'apps/console/test/failing-api.long.test.ts'],
      ...['apps/console/test/history.long.test.ts', 'apps/console/test/see/*.long.test.ts'],
    ],
  ],
  // AWS: stacks, policies, Lambda
  [
    ['infra/test/cli.long.test.ts', 'infra/test/stage.long.test.ts'],
    ['packages/iam/test/policies.long.test.ts'],
    [
      ...['infra/test/alarms.long.test.ts', 'infra/test/api.long.test.ts', 'infra/test/data.long.test.ts'],
      ...['infra/test/deploy-document.long.test.ts', 'packages/iam/test/api-tests.long.test.ts'],
    ],
    [
      ...['apps/api/test/lambda/*.long.test.ts', 'test/operations/restore.long.test.ts'],
      ...['packages/iam/test/cli.long.test.ts', 'packages/iam/test/missing-permissions.long.test.ts'],
    ],
  ],
  // commands
  [
    ['packages/doctor/test/*.long.test.ts', 'packages/operations/test/commands.long.test.ts'],
    ['packages/table/test/*.long.test.ts'],
    ['packages/mcp/test/*.long.test.ts', 'packages/openapi/test/*.long.test.ts'],
    ['test/packed-packages.long.test.ts', 'apps/client/test/packed-client.long.test.ts'],
  ],
  // processes of the API
  [
    ['apps/api/test/http/graceful-shutdown.long.test.ts', 'benchmarks/test/types.long.test.ts'],
    ['apps/api/test/main.long.test.ts'],
    ['packages/local-dev/test/dev.long.test.ts', 'apps/client/test/demo*.long.test.ts'],
  ],
  // load
  [
    ['apps/api/test/fuzz/fuzz.load.test.ts', 'apps/api/test/http/slow-clients.load.test.ts'],
    ['apps/api/test/http/load-shedding.load.test.ts'],
    ['test/live/subscribers.load.test.ts'],
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

/** Returns the files and globs of the groups that are left out on a day. @param day number of the day */
export const leftOut = (day = today): readonly string[] =>
  isFull ? [] : groups.flatMap((entries) => entries.filter((_, i) => i !== day % entries.length).flat());

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
