import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const proceduresInARouter = 10;

/**
 * Writes a copy of the API whose router has that many procedures, ten an entity, and of the client with a file that calls each of them, into
 * an empty folder. `client` sees the API's sources, as in this repository; `client.dist` its declarations, as anybody else does.
 */
export function writeProject(folder, procedures) {
  const entities = Array.from({ length: procedures / proceduresInARouter }, (_, i) => `entity${i}`);
  copyPackage('apps/api', `${folder}/api`);
  copyPackage('apps/client', `${folder}/client`);
  for (const entity of entities) writeFileSync(`${folder}/api/src/trpc/${entity}-router.ts`, routerOf(entity));
  writeFileSync(`${folder}/api/src/trpc/router.ts`, appRouterOf(entities));
  writeFileSync(`${folder}/client/src/calls.ts`, callsOf(entities));

  symlinkSync(`${repository}tsconfig.base.json`, `${folder}/tsconfig.base.json`);
  const project = (path, options, files) =>
    writeFileSync(
      `${folder}/${path}`,
      JSON.stringify({ extends: `${folder}/tsconfig.base.json`, compilerOptions: options, ...files }),
    );
  const dist = { noEmit: false, emitDeclarationOnly: true, rootDir: 'src', outDir: 'dist', customConditions: [] };
  project('api/tsconfig.dist.json', dist, { files: ['src/index.ts'] });
  project('client/tsconfig.json', {}, { files: ['src/calls.ts'] });
  project('client/tsconfig.dist.json', { customConditions: [] }, { files: ['src/calls.ts'] });
  // the same compiler with nothing of ours to look at
  mkdirSync(`${folder}/nothing`);
  writeFileSync(`${folder}/nothing/nothing.ts`, 'export {};\n');
  project('nothing/tsconfig.json', { types: [] }, { files: ['nothing.ts'] });
}

function copyPackage(from, to) {
  cpSync(`${repository}${from}/src`, `${to}/src`, { recursive: true });
  cpSync(`${repository}${from}/package.json`, `${to}/package.json`);
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${to}/package.json`, 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const target = name === '@aws-starter-kit/api' ? `${to}/../api` : `${repository}${from}/node_modules/${name}`;
    mkdirSync(dirname(`${to}/node_modules/${name}`), { recursive: true });
    symlinkSync(target, `${to}/node_modules/${name}`);
  }
  mkdirSync(`${to}/node_modules/@types`, { recursive: true });
  symlinkSync(`${repository}node_modules/@types/node`, `${to}/node_modules/@types/node`);
}

/** As users-router.ts is: strict inputs, outputs by a schema, errors of the domain. */
const routerOf = (entity) => `import * as z from 'zod';
import { procedure, router } from './trpc.js';

const entitySchema = z.object({
  id: z.string(),
  name: z.string(),
  ${entity}Code: z.string(),
  amount: z.number(),
  tags: z.array(z.string()).optional(),
  state: z.enum(['open', 'paid', 'closed']),
  createdAt: z.string(),
  updatedAt: z.string().optional(),
  version: z.number(),
});
const createSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  ${entity}Code: z.string().max(40),
  amount: z.number().min(0),
  tags: z.array(z.string()).optional(),
});
const updateSchema = createSchema.partial();
const id = z.string().min(1).max(2048);
const expectedVersion = z.int().min(0).optional();
const paging = { limit: z.int().min(1).max(100).default(20), cursor: z.string().nullish() };
const pageSchema = z.object({ items: z.array(entitySchema), nextCursor: z.string().optional() });
const notHere = () => {
  throw new Error('A router for the compiler only');
};

export const ${entity}Router = router({
  list: procedure.meta({ needs: 'users:read' }).input(z.strictObject({ ...paging, order: z.enum(['asc', 'desc']).optional() }).prefault({})).output(pageSchema).query(notHere),
  createdAfter: procedure.meta({ needs: 'users:read' }).input(z.strictObject({ ...paging, after: z.string() })).output(pageSchema).query(notHere),
  byState: procedure.meta({ needs: 'users:read' }).input(z.strictObject({ ...paging, state: entitySchema.shape.state })).output(pageSchema).query(notHere),
  getById: procedure.meta({ needs: 'users:read' }).input(z.strictObject({ id })).output(entitySchema).query(notHere),
  getByCode: procedure.meta({ needs: 'users:read' }).input(z.strictObject({ ${entity}Code: z.string() })).output(entitySchema).query(notHere),
  count: procedure.meta({ needs: 'users:read' }).input(z.void()).output(z.object({ count: z.int() })).query(notHere),
  create: procedure.meta({ needs: 'users:write' }).input(createSchema).output(entitySchema).mutation(notHere),
  update: procedure.meta({ needs: 'users:write' }).input(z.strictObject({ id, data: updateSchema, expectedVersion })).output(entitySchema).mutation(notHere),
  delete: procedure.meta({ needs: 'users:write' }).input(z.strictObject({ id, expectedVersion })).output(z.object({ deleted: z.literal(true) })).mutation(notHere),
  batchDelete: procedure.meta({ needs: 'users:admin' }).input(z.strictObject({ ids: z.array(id).min(1).max(1000) })).output(z.object({ success: z.array(z.string()), failed: z.array(z.object({ id: z.string(), code: z.string() })) })).mutation(notHere),
});
`;

const appRouterOf = (entities) => `import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
${entities.map((entity) => `import { ${entity}Router } from './${entity}-router.js';`).join('\n')}
import { router } from './trpc.js';

export const appRouter = router({
${entities.map((entity) => `  ${entity}: ${entity}Router,`).join('\n')}
});

export const maxBatchSize = 20;
export type MaxBatchSize = typeof maxBatchSize;
export type AppRouter = typeof appRouter;
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
`;

const callsOf = (entities) => `import { createApiClient } from './create-api-client.js';

const api = createApiClient({ url: 'http://127.0.0.1:3000' });
${entities.map(callsOfOne).join('\n')}
export {};
`;

const callsOfOne = (entity) => `
export async function use_${entity}(): Promise<string> {
  const made = await api.${entity}.create.mutate({ name: 'A', ${entity}Code: 'a', amount: 1 });
  const { items, nextCursor } = await api.${entity}.list.query({ limit: 2, order: 'desc' });
  const later = await api.${entity}.createdAfter.query({ after: made.createdAt, cursor: nextCursor });
  const open = await api.${entity}.byState.query({ state: made.state });
  const one = await api.${entity}.getById.query({ id: made.id });
  const same = await api.${entity}.getByCode.query({ ${entity}Code: one.${entity}Code });
  const { count } = await api.${entity}.count.query();
  const changed = await api.${entity}.update.mutate({ id: same.id, data: { amount: count }, expectedVersion: made.version });
  const { failed } = await api.${entity}.batchDelete.mutate({ ids: [...items, ...later.items, ...open.items].map(({ id }) => id) });
  const { deleted } = await api.${entity}.delete.mutate({ id: changed.id });
  return \`\${deleted} \${failed.map(({ code }) => code)}\`;
}`;
