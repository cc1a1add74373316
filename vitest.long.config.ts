import { defineConfig } from 'vitest/config';

const source = ['@aws-starter-kit/source', 'node']; // 'import' or 'require' comes with each import: here it would hold for both

/** Checks that take minutes: `pnpm test:long`. They start the engines that they need. */
export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    include: ['**/test/**/*.long.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    passWithNoTests: true,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
