import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

const files = {
  'README.md': 'packages/\n  dynamo/           DynamoModel\n  users/            UserModel\n',
  'pnpm-lock.yaml': 'packages: {}\n',
  '.env.example': 'PORT=3000\nDYNAMODB_INDEXES=2\n',
  'apps/api/package.json':
    '{\n  "dependencies": {\n    "@aws-starter-kit/users": "workspace:*",\n    "zod": "catalog:"\n  }\n}\n',
  'apps/api/docs/permissions.md':
    '## Without a scope\n\n| procedure | permission | without it | with it |\n| --- | --- | --- | --- |\n',
  'apps/api/src/trpc/router.ts': `import { router } from './trpc.js';
import { usersRouter } from './users-router.js';

export const appRouter = router({ users: usersRouter });

export const appAccess: Access = {};
`,
  'apps/api/src/services.ts': `import { UserModel, UserService } from '@aws-starter-kit/users';

export const makeServices = (table?: DynamoModelOptions) => ({
  users: new UserService({ model: new UserModel(table) }),
});
`,
  'packages/doctor/package.json': '{\n  "dependencies": {\n    "@aws-starter-kit/users": "workspace:*"\n  }\n}\n',
  'packages/doctor/src/models.ts': `import { UserModel, userSchema } from '@aws-starter-kit/users';

export const examinedModels = (): ExaminedModel[] => [
  { stores: inspect(new UserModel()), ...rulesOf(userSchema) },
];
`,
};

/**
 * Creates as much of this repository as a plan needs, with users as the only entity. `whenDone` gets a function that
 * removes it.
 */
export function bareRepository(whenDone: (remove: () => void) => void): string {
  const root = mkdtempSync(join(tmpdir(), 'generator-'));
  whenDone(() => rmSync(root, { recursive: true }));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const isOfUsers = (path: string) => !/\/(node_modules|dist|\.\w+)$/.test(path);
  cpSync(join(repository, 'packages/users'), join(root, 'packages/users'), { recursive: true, filter: isOfUsers });
  return root;
}
