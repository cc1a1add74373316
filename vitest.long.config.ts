import { defineConfig } from 'vitest/config';
import { coreTests } from './test/engines/core-tests.js';
import { heavyTests } from './test/engines/heavy-tests.js';
import { runnableEngines } from './test/engines/runnable-engines.js';
import { leftOut, leftOutOn } from './test/engines/sampled-tests.js';
import { tableSettings } from './test/engines/table-settings.js';

const source = ['@aws-starter-kit/source', 'node']; // 'import' or 'require' comes with each import: here it would hold for both
const notOurs = ['**/node_modules/**', '**/dist/**'];

/** Files that the command names run in any case. */
const areNamed = process.argv.slice(2).some((argument) => !argument.startsWith('-') && argument.includes('/'));

const engines = await runnableEngines();

/** They drive an API to its limit, have 64 workers of their own, or wait for a process of low priority: nothing else may run beside them. */
const loads = ['**/test/**/*.load.test.ts'];

/**
 * Checks that take minutes or many processes, and on each engine what `pnpm test` leaves out there. They share an engine
 * of each kind; a test that kills or fills an engine starts its own.
 */
export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    env: {
      ...tableSettings,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', // Node 20 works with the versions that the lockfile names
    },
    passWithNoTests: true,
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'long',
          include: ['**/test/**/*.long.test.ts'],
          exclude: areNamed ? notOurs : [...notOurs, ...leftOut()],
          globalSetup: ['./test/engines/dynoxide.ts'],
          maxWorkers: 3, // most files wait for an engine or a process, not for a core
          sequence: { groupOrder: 0 },
        },
      },
      ...engines.map((engine) => ({
        extends: true as const,
        test: {
          name: engine,
          include: engine === 'dynoxide' ? heavyTests : ['**/test/**/*.process.test.ts', '**/test/**/*.engine.test.ts'],
          exclude: [
            ...notOurs,
            ...(engine === 'dynoxide' ? [] : coreTests),
            ...(areNamed ? [] : leftOutOn(engine, engines)),
          ],
          env: { LOG_LEVEL: 'ERROR' },
          isolate: false,
          globalSetup: [`./test/engines/${engine}.ts`],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      })),
      {
        extends: true,
        test: {
          name: 'load',
          include: loads,
          exclude: areNamed ? notOurs : [...notOurs, ...leftOut()],
          globalSetup: ['./test/engines/dynoxide.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
