/** What runs on each engine in `pnpm test`: model, users and the specification. All else takes its turn on the slower engine in `pnpm test:long`. */
export const coreTests = [
  'packages/dynamo/test/**/*.engine.test.ts',
  'packages/users/test/**/*.engine.test.ts',
  'test/*.engine.test.ts',
];
