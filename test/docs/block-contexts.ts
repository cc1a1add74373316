/** The code around a block that is not a module of its own. */
export interface BlockContext {
  /** The block continues all blocks above it. */
  readonly continues?: true;
  /** Declarations that readers have already, in one line. */
  readonly given?: string;
  /** Replaces text that is not a statement. */
  readonly instead?: readonly [text: string, statement: string];
  /** Test that checks the block, because it uses code that this repository does not contain. */
  readonly by?: string;
}

const productModel = [
  "import { type BaseModel, DynamoModel } from '@aws-starter-kit/dynamo';",
  "import { createUserSchema as createProductSchema } from '@aws-starter-kit/users';",
  "import type { ExaminedModel } from '@aws-starter-kit/doctor';",
  'declare class ProductModel extends DynamoModel<BaseModel> {',
  'protected getEntityName(): string; protected generateId(): string; protected setGSIKeys(): void;',
  '}',
];

/** Contexts by document and by the number of the block among its blocks of TypeScript and JavaScript, from 1. */
export const blockContexts: Readonly<Record<string, Readonly<Record<number, BlockContext>>>> = {
  'apps/console/README.md': { 1: { by: 'apps/console/test/readme.test.ts' } },
  'docs/change-an-entity.md': Object.fromEntries(
    [1, 2, 3, 4].map((block) => [block, { by: 'test/docs/change-an-entity.long.test.ts' }]),
  ),
  'docs/your-first-entity.md': { 1: { by: 'test/docs/first-entity.long.test.ts' } },
  'examples/ticketing/README.md': {
    1: { by: 'examples/ticketing/test/readme.engine.test.ts' },
    2: { by: 'examples/ticketing/test/api.process.test.ts' },
  },
  'packages/doctor/README.md': {
    1: { given: productModel.join(' '), instead: ['{ stores:', 'export const added: ExaminedModel = { stores:'] },
    2: { given: "import { createDynamoClient } from '@aws-starter-kit/dynamo'; const client = createDynamoClient();" },
  },
  'packages/generator/README.md': { 1: { by: 'packages/generator/test/plan.test.ts' } },
  'packages/streams/README.md': { 4: { by: 'packages/streams/test/readme.long.test.ts' } },
  'packages/dynamo/docs/history.md': { 2: { continues: true } },
  'packages/dynamo/docs/reading.md': Object.fromEntries(
    [2, 3, 4, 5, 6].map((block) => [block, { continues: true } as const]),
  ),
  'packages/dynamo/README.md': Object.fromEntries(
    [2, 3, 4, 5, 6, 7].map((block) => [block, { continues: true } as const]),
  ),
};
