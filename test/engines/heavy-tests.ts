/**
 * Tests that take the most CPU time, or load the engine. `pnpm test` leaves them out. `pnpm test:long` runs each of them
 * on one engine, and on the other engine the next day.
 */
export const heavyTests = [
  'apps/api/test/http/load-shedding.process.test.ts',
  'apps/api/test/lambda/lazy-parts.process.test.ts',
  'apps/api/test/load/fair-share.process.test.ts',
  'packages/doctor/test/live-traffic.process.test.ts',
  'packages/doctor/test/moving-shards.process.test.ts',
  'packages/doctor/test/races.engine.test.ts',
  'packages/dynamo/test/bad-weather.process.test.ts',
  'packages/dynamo/test/batches-under-faults.process.test.ts',
  'packages/dynamo/test/filters.process.test.ts',
  'packages/dynamo/test/retry-cost.process.test.ts',
  'packages/dynamo/test/sharded-counter-faults.process.test.ts',
  'packages/dynamo/test/sharding-properties.engine.test.ts',
  'packages/dynamo/test/sharding.engine.test.ts',
  'packages/dynamo/test/throttled-shards.process.test.ts',
  'packages/streams/test/follow-faults.process.test.ts',
  'packages/dynamo/test/transport/transport-difference.process.test.ts',
];
