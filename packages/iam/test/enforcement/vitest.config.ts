import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { tableSettings } from '../../../../test/engines/table-settings.js';

const source = ['@aws-starter-kit/source', 'node'];

/** Runs tests of other packages on an engine behind the policy of IAM_ROLE. */
export default defineConfig({
  root: fileURLToPath(new URL('../../../..', import.meta.url)),
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    env: { ...tableSettings, LOG_LEVEL: 'ERROR', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    include: ['**/test/**/*.{engine,process}.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: [fileURLToPath(new URL('engine-setup.ts', import.meta.url))],
    isolate: false,
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
