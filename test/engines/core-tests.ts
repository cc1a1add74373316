/**
 * The tests that `pnpm test` runs on the slower engine too: those that are quick there, and fail first where the engines
 * differ. All others run on it in `pnpm test:long`.
 */
export const coreTests = [
  'packages/dynamo/test/collection.engine.test.ts',
  'packages/dynamo/test/conditional-updates.engine.test.ts',
  'packages/dynamo/test/dynamo-model.engine.test.ts',
  'packages/dynamo/test/expiry.engine.test.ts',
  'packages/dynamo/test/filter-cost.engine.test.ts',
  'packages/dynamo/test/foreign-claims.engine.test.ts',
  'packages/dynamo/test/indexes.engine.test.ts',
  'packages/dynamo/test/key-queries.engine.test.ts',
  'packages/dynamo/test/operators.engine.test.ts',
  'packages/dynamo/test/paging.engine.test.ts',
  'packages/dynamo/test/schema.engine.test.ts',
  'packages/dynamo/test/transact.engine.test.ts',
  'packages/dynamo/test/transport/number-value.engine.test.ts',
  'packages/dynamo/test/unique-combinations.engine.test.ts',
  'packages/dynamo/test/unique.engine.test.ts',
  'packages/streams/test/follow-stream.engine.test.ts',
  'test/seed-examples.engine.test.ts',
];
