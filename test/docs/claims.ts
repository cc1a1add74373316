/** The test that runs the queries of the runbooks. */
const queries = 'apps/api/test/telemetry/runbooks.process.test.ts';

/**
 * The test that runs each block of each document, in their order. A README without rows is run by the `test/readme*.test.ts` of its package. A
 * row has the word behind the fence and the file of the test. `commands`: each line of a shell block has a row in `commands.ts`. A block of
 * `text` is the output of another one. A block of `text only` or `mermaid` neither runs nor is printed: the test compares it with the repository.
 * `not built`: a design.
 */
export const claims: Readonly<Record<string, readonly (readonly [info: string, by: string])[]>> = {
  'CONTRIBUTING.md': [['bash', 'commands']],
  'README.md': [
    ['ts', 'test/readme.long.test.ts'],
    ['text', 'test/readme.long.test.ts'],
    ['sh', 'commands'],
    ['mermaid', 'test/docs/claims.test.ts'],
    ['text only', 'test/docs/claims.test.ts'],
    ['sh', 'commands'],
    ['ts', 'test/readme.long.test.ts'],
    ['ts', 'test/readme.long.test.ts'],
    ['text', 'test/readme.long.test.ts'],
  ],
  'apps/api/README.md': [
    ['ts', 'apps/api/test/readme.long.test.ts'],
    ['sh', 'commands'],
    ['text only', 'test/docs/claims.test.ts'],
    ['ts', 'apps/api/test/readme.long.test.ts'],
  ],
  'apps/api/docs/operations.md': [
    ['json', 'apps/api/test/telemetry/audit-trail.engine.test.ts'],
    ['js', 'apps/api/test/telemetry/tracing.long.test.ts'],
    ['sh', 'commands'],
  ],
  'apps/api/docs/lambda.md': [['sh', 'commands']],
  'apps/client/README.md': [
    ['ts', 'apps/client/test/readme.long.test.ts'],
    ['text', 'apps/client/test/readme.long.test.ts'],
    ['ts', 'apps/client/test/readme.long.test.ts'],
    ['text', 'apps/client/test/readme.long.test.ts'],
    ['ts', 'apps/client/test/readme.long.test.ts'],
    ['text', 'apps/client/test/readme.long.test.ts'],
    ['ts', 'apps/client/test/readme.long.test.ts'],
    ['sh', 'commands'],
    ['bash', 'commands'],
  ],
  'apps/worker/README.md': [['sh', 'commands']],
  'benchmarks/README.md': [
    ['sh', 'commands'],
    ['text only', 'test/docs/claims.test.ts'],
  ],
  'docs/README.md': [['mermaid', 'test/docs/claims.test.ts']],
  'docs/add-an-index.md': [
    ['bash', 'commands'],
    ['text', 'packages/doctor/test/add-an-index.process.test.ts'],
    ['ts', 'packages/doctor/test/add-an-index.process.test.ts'],
    ['bash', 'commands'],
  ],
  'docs/change-an-entity.md': [
    ...(['ts', 'ts', 'text', 'ts', 'text', 'ts', 'text'] as const).map(
      (info) => [info, 'test/docs/change-an-entity.long.test.ts'] as const,
    ),
  ],
  'docs/operations/throttled.md': [
    ['insights', queries],
    ['sh', 'commands'],
    ['insights', queries],
  ],
  'docs/operations/hot-partition.md': [
    ['insights', queries],
    ['insights', queries],
    ['sh', 'commands'],
  ],
  'docs/operations/unknown-outcomes.md': [
    ['insights', queries],
    ['sh', 'commands'],
    ['sh', 'commands'],
  ],
  'docs/operations/errors.md': [
    ['insights', queries],
    ['insights', queries],
    ['insights', queries],
  ],
  'docs/operations/stream-behind.md': [['insights', queries]],
  'docs/operations/restore.md': [
    ['sh', 'commands'],
    ['sh', 'commands'],
    ['sh', 'commands'],
    ['sh', 'commands'],
    ['insights', queries],
    ['ts', 'test/operations/restore.long.test.ts'],
  ],
  'docs/operations/rotate-keys.md': [
    ['insights', queries],
    ['sh', 'commands'],
  ],
  'docs/operations/region-failure.md': [['insights', queries]],
  'docs/operations/personal-data.md': [
    ['sh', 'commands'],
    ['sh', 'commands'],
    ['sh', 'commands'],
    ['insights', queries],
  ],
  'docs/operations/costs.md': [
    ['insights', queries],
    ['console', 'packages/operations/test/commands.long.test.ts'],
    ['sh', 'commands'],
  ],
  'docs/operations/load-test.md': [['sh', 'commands']],
  'docs/growth.md': [
    ['text only', 'not built'],
    ['bash', 'commands'],
  ],
  'docs/integrity.md': [['bash', 'commands']],
  'examples/react/README.md': [['sh', 'commands']],
  'packages/doctor/README.md': [
    ['bash', 'commands'],
    ['text', 'packages/doctor/test/readme.long.test.ts'],
    ['ts', 'packages/doctor/test/readme.long.test.ts'],
    ['ts', 'packages/doctor/test/readme.long.test.ts'],
  ],
  'packages/dynamo/docs/history.md': [
    ['ts', 'packages/dynamo/test/guides.long.test.ts'],
    ['text', 'packages/dynamo/test/guides.long.test.ts'],
    ['ts', 'packages/dynamo/test/guides.long.test.ts'],
    ['text', 'packages/dynamo/test/guides.long.test.ts'],
  ],
  'packages/dynamo/docs/reading.md': [
    ['ts', 'packages/dynamo/test/guides.long.test.ts'],
    ['ts', 'packages/dynamo/test/guides.long.test.ts'],
    ['text', 'packages/dynamo/test/guides.long.test.ts'],
    ['ts', 'packages/dynamo/test/guides.long.test.ts'],
    ['text', 'packages/dynamo/test/guides.long.test.ts'],
    ['ts', 'packages/dynamo/test/guides.long.test.ts'],
    ['text', 'packages/dynamo/test/guides.long.test.ts'],
    ['ts', 'packages/dynamo/test/guides.long.test.ts'],
    ['text', 'packages/dynamo/test/guides.long.test.ts'],
    ['ts', 'packages/dynamo/test/guides.long.test.ts'],
    ['text', 'packages/dynamo/test/guides.long.test.ts'],
  ],
  'packages/dynamo-history/README.md': [['bash', 'commands']],
  'packages/fields/README.md': [['ts', 'packages/fields/test/fields.test.ts']],
  'packages/generator/README.md': [
    ['bash', 'commands'],
    ['text', 'commands'],
    ['bash', 'commands'],
    ['ts', 'packages/generator/test/plan.test.ts'],
    ['bash', 'commands'],
    ['bash', 'commands'],
  ],
  'packages/local-dynamo/README.md': [
    ['ts', 'packages/local-dynamo/test/readme.long.test.ts'],
    ['console', 'packages/local-dynamo/test/readme.long.test.ts'],
    ['text', 'packages/local-dynamo/test/readme.long.test.ts'],
    ['sh', 'commands'],
  ],
  'packages/mcp/README.md': [
    ['json', 'packages/mcp/test/readme.long.test.ts'],
    ['json', 'packages/mcp/test/readme.long.test.ts'],
    ['sh', 'commands'],
    ['json', 'packages/mcp/test/readme.long.test.ts'],
    ['ts', 'packages/mcp/test/readme.long.test.ts'],
  ],
  'packages/openapi/README.md': [['sh', 'commands']],
  'packages/table/README.md': [['bash', 'commands']],
  'packages/users-cli/README.md': [
    ['console', 'packages/users-cli/test/readme.long.test.ts'],
    ['sh', 'packages/users-cli/test/readme.long.test.ts'],
    ['sh', 'packages/users-cli/test/readme.long.test.ts'],
    ['sh', 'packages/users-cli/test/readme.long.test.ts'],
    ['sh', 'packages/users-cli/test/readme.long.test.ts'],
    ['ts', 'packages/users-cli/test/readme.long.test.ts'],
  ],
  'docs/your-first-entity.md': [
    ['sh', 'test/docs/first-entity.long.test.ts'],
    ['sh', 'test/docs/first-entity.long.test.ts'],
    ['sh', 'test/docs/first-entity.long.test.ts'],
    ['sh', 'test/docs/first-entity.long.test.ts'],
    ['ts', 'test/docs/first-entity.long.test.ts'],
    ['sh', 'test/docs/first-entity.long.test.ts'],
    ['diff', 'test/docs/first-entity.long.test.ts'],
    ['text', 'test/docs/first-entity.long.test.ts'],
    ['sh', 'test/docs/first-entity.long.test.ts'],
  ],
};
