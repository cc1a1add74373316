/**
 * Which test runs each block of each document, in their order. A README without a row, with programs and their output and nothing else, is run by the
 * `test/readme*.test.ts` beside it. A row is: what stands behind the fence, and the file of the test. `commands`
 * are the lines of a shell block, each of which has a row in `commands.ts`. A block of `text` is what another one prints.
 * `text only` shows something that neither runs nor is printed, such as a tree of folders: the test named checks it against
 * what is there. `not built` is a design.
 */
export const claims: Readonly<Record<string, readonly (readonly [info: string, by: string])[]>> = {
  'CONTRIBUTING.md': [['bash', 'commands']],
  'README.md': [
    ['ts', 'test/readme.process.test.ts'],
    ['text', 'test/readme.process.test.ts'],
    ['sh', 'commands'],
    ['text only', 'test/docs/claims.test.ts'],
    ['sh', 'commands'],
    ['ts', 'test/readme.process.test.ts'],
    ['ts', 'test/readme.process.test.ts'],
    ['text', 'test/readme.process.test.ts'],
  ],
  'apps/api/README.md': [
    ['ts', 'apps/api/test/readme.long.test.ts'],
    ['sh', 'commands'],
    ['js', 'apps/api/test/tracing.long.test.ts'],
    ['sh', 'commands'],
    ['text only', 'test/docs/claims.test.ts'],
    ['ts', 'apps/api/test/readme.long.test.ts'],
  ],
  'apps/client/README.md': [
    ['ts', 'apps/client/test/readme.long.test.ts'],
    ['text', 'apps/client/test/readme.long.test.ts'],
    ['sh', 'commands'],
    ['bash', 'commands'],
  ],
  'benchmarks/README.md': [
    ['sh', 'commands'],
    ['text only', 'test/docs/claims.test.ts'],
  ],
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
  'packages/dynamo-history/README.md': [['bash', 'commands']],
  'packages/generator/README.md': [
    ['bash', 'commands'],
    ['text', 'commands'],
    ['bash', 'commands'],
  ],
  'packages/local-dynamo/README.md': [
    ['ts', 'packages/local-dynamo/test/readme.long.test.ts'],
    ['console', 'packages/local-dynamo/test/readme.long.test.ts'],
    ['text', 'packages/local-dynamo/test/readme.long.test.ts'],
    ['sh', 'commands'],
  ],
  'packages/openapi/README.md': [['sh', 'commands']],
  'packages/table/README.md': [['bash', 'commands']],
  'packages/users-cli/README.md': [
    ['console', 'packages/users-cli/test/readme.process.test.ts'],
    ['sh', 'packages/users-cli/test/readme.process.test.ts'],
    ['sh', 'packages/users-cli/test/readme.process.test.ts'],
    ['sh', 'packages/users-cli/test/readme.process.test.ts'],
    ['ts', 'packages/users-cli/test/readme.process.test.ts'],
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
