import { defineConfig } from 'vitest/config';
import { coreTests } from './test/engines/core-tests.js';
import { heavyTests } from './test/engines/heavy-tests.js';
import { runnableEngines } from './test/engines/runnable-engines.js';
import { tableSettings } from './test/engines/table-settings.js';

const source = ['@aws-starter-kit/source', 'node']; // 'import' or 'require' comes with each import: here it would hold for both
const notOurs = ['**/node_modules/**', '**/dist/**'];

/** What starts processes or injects faults: the quicker engine is enough here, `pnpm test:long` takes the other one. */
const onTheQuicker = '**/test/**/*.process.test.ts';

/** They replace modules, so each needs a worker that has none of them yet. */
const replacingModules = ['test/seed-mock.test.ts', 'packages/dynamo/test/connection/connection.test.ts'];

const onEngine = (engine: string) => ({
  extends: true as const,
  test: {
    name: engine,
    include: engine === 'dynoxide' ? ['**/test/**/*.engine.test.ts', onTheQuicker] : coreTests,
    exclude: [...notOurs, ...heavyTests],
    isolate: false, // files share what they import, the SDK above all; each has a table of its own
    globalSetup: [`./test/engines/${engine}.ts`],
  },
});

/** Tests named `*.engine.test.ts` and `*.process.test.ts` run on each engine: here those that are quick on it, in `pnpm test:long` the rest. All others need none. */
export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    env: {
      ...tableSettings,
      LOG_LEVEL: 'ERROR',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', // Node 20 works with the versions that the lockfile names
    },
    maxWorkers: 4, // most files wait for an engine or a process, not for a core
    // what hangs is ended; no test is meant to take that long, but the machine may be busy with something else
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/test/**/*.test.ts'],
          exclude: [...notOurs, '**/*.engine.test.ts', onTheQuicker, '**/*.{long,load}.test.ts', ...replacingModules],
          isolate: false, // files share what they import
        },
      },
      { extends: true, test: { name: 'mocks', include: replacingModules } },
      ...(await runnableEngines()).map(onEngine),
    ],
  },
});
