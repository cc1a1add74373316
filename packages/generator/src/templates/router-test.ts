import { type Entity, scopeField } from '../entity.js';
import { capitalised, withArticle } from '../names.js';
import { memberTest } from './member-test.js';
import { proceduresOf } from './procedures.js';
import {
  changedField,
  checkedParents,
  displayName,
  exampleFields,
  fieldLabel,
  nextUnique,
  sampleOf,
  uniqueFields,
} from './vocabulary.js';

/** `apps/api/test/trpc/products-router.engine.test.ts` */
export function routerTest(entity: Entity): string {
  const { one, many, indexes, isScoped } = entity;
  const within = isScoped ? `${scopeField}, ` : '';
  const only = isScoped ? `{ ${scopeField} }` : '';
  const unique = uniqueFields(entity);
  const [firstUnique] = unique;
  const changed = changedField(entity);
  const parents = checkedParents(entity);
  const change = `{ ${changed.name}: ${sampleOf(changed, true)} }`;
  const given = [
    ...(isScoped ? [scopeField] : []),
    ...exampleFields(entity).map(
      (field) =>
        `${field.name}: ${field.isUnique ? nextUnique(field) : sampleOf(field)}${field.type === 'enum' ? ' as const' : ''}`,
    ),
  ];
  const callOf: Partial<Record<string, string>> = {
    list: `.query(${only})`,
    createdSince: `.query({ ${within}since: '2024-01-01' })`,
    ...Object.fromEntries(
      indexes.map(({ partition, listName }) => [
        `list${listName}`,
        `.query({ ${within}${partition.name}: ${sampleOf(partition)} })`,
      ]),
    ),
    getById: `.query({ ${within}id })`,
    ...Object.fromEntries(
      unique.map((field) => [
        `getBy${displayName(entity, field)}`,
        `.query({ ${within}${field.name}: ${sampleOf(field)} })`,
      ]),
    ),
    create: `.mutate(new${one.pascal}(${only && scopeField}))`,
    update: `.mutate({ ${within}id, data: ${change} })`,
    delete: `.mutate({ ${within}id })`,
    batchDelete: `.mutate({ ${within}ids: [id] })`,
    count: `.query(${only})`,
  };
  const rows = proceduresOf(entity).map(({ name, level }) => [name, level, callOf[name]]);
  const lines = {
    organisation: isScoped
      ? `    ({ id: ${scopeField} } = await api.client.organisations.create.mutate({ name: 'Acme' }));\n`
      : '',
    declaration: isScoped ? `\n  let ${scopeField}: string;` : '',
  };
  return `
${parents.length > 0 ? "import { PutCommand } from '@aws-sdk/lib-dynamodb';" : ''}
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppRouter } from '../../src/index.js';${isScoped ? "\nimport { cellsOf } from '../access-cells.js';" : ''}
import { appRouter } from '../../src/trpc/router.js';
import { headersOf${isScoped ? ', issuerName' : ''} } from '../local-tokens.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

describe('${many.camel}', () => {
  let api: RunningApi;${lines.declaration}
  beforeAll(async () => {
    api = await runningApi();
${lines.organisation}${parents.map((id) => `    await api.documentClient.send(new PutCommand({ TableName: api.tableName, Item: { id: '${id}' } }));\n`).join('')}  });
  afterAll(() => api.stop());
${unique.length > 0 ? '\n  let count = 0;' : ''}
  const new${one.pascal} = (${isScoped ? `${scopeField}: string` : ''}) => ({ ${given.join(', ')} });
  const create = () => api.client.${many.camel}.create.mutate(new${one.pascal}(${only && scopeField}));

  it('creates ${withArticle(one.words)} and finds it${firstUnique ? ` by id and by ${fieldLabel(entity, firstUnique)}` : ''}', async () => {
    const data = new${one.pascal}(${only && scopeField});
    const created = await api.client.${many.camel}.create.mutate(data);
    expect(created).toEqual({ ...data, id: expect.any(String), createdAt: expect.any(String), version: 1 });
    expect(await api.client.${many.camel}.getById.query({ ${within}id: created.id })).toEqual(created);
${unique.map((field) => `    expect(await api.client.${many.camel}.getBy${displayName(entity, field)}.query({ ${within}${field.name}: data.${field.name} })).toEqual(created);`).join('\n')}
  });
${unique
  .map(
    (field) => `
  it('names the field if the ${fieldLabel(entity, field)} is taken', async () => {
    const taken = await create();
    const data = { ...new${one.pascal}(${only && scopeField}), ${field.name}: taken.${field.name} ?? ${sampleOf(field)} };
    expect(await errorOf(api.client.${many.camel}.create.mutate(data))).toMatchObject({
      code: 'CONFLICT',
      reason: 'VALUE_TAKEN',
      field: '${field.name}',
      message: \`${capitalised(one.words)} with ${fieldLabel(entity, field)} \${taken.${field.name}} already exists\`,
    });
  });
`,
  )
  .join('')}
  it('updates ${withArticle(one.words)}, and rejects a stale version', async () => {
    const { id } = await create();
    const update = () => api.client.${many.camel}.update.mutate({ ${within}id, data: ${change}, expectedVersion: 1 });
    expect(await update()).toMatchObject({ id, ${change.slice(2, -2)}, version: 2 });
    expect(await errorOf(update())).toMatchObject({ code: 'CONFLICT', reason: 'VERSION_CONFLICT' });
  });

  it('rejects an invalid ${one.words}, with messages by field', async () => {
    const wrong = { ...new${one.pascal}(${only && scopeField}), ${changed.name}: {} } as never;
    expect(await errorOf(api.client.${many.camel}.create.mutate(wrong))).toMatchObject({
      code: 'BAD_REQUEST',
      fieldErrors: { ${changed.name}: [expect.any(String)] },
    });
  });

  it('deletes ${withArticle(one.words)}, and answers NOT_FOUND if it does not exist', async () => {
    const { id } = await create();
    const missing = { code: 'NOT_FOUND', message: 'There is no such ${one.words}' };
    expect(await api.client.${many.camel}.delete.mutate({ ${within}id })).toEqual({ deleted: true });
    expect(await errorOf(api.client.${many.camel}.delete.mutate({ ${within}id }))).toMatchObject(missing);
    expect(await errorOf(api.client.${many.camel}.getById.query({ ${within}id }))).toMatchObject(missing);
    expect(await errorOf(api.client.${many.camel}.update.mutate({ ${within}id, data: ${change} }))).toMatchObject(missing);
  });

  it('filters a list, and reads it in both directions', async () => {
    const { id } = await create();
    await api.client.${many.camel}.update.mutate({ ${within}id, data: ${change} });
    const filter = { ${changed.name}: ${changed.type === 'boolean' ? `${sampleOf(changed, true)}` : `{ in: [${sampleOf(changed, true)}${changed.type === 'enum' ? ' as const' : ''}] }`} };
    const { items, prevCursor } = await api.client.${many.camel}.list.query({ ${within}filter, order: 'desc', limit: 1 });
    expect(items.map((${one.camel}) => ${one.camel}.id)).toEqual([id]);
    const before = await api.client.${many.camel}.list.query({ ${within}order: 'desc', cursor: prevCursor, direction: 'backward' });
    expect(before.items).toEqual([]);
    const wrong = api.client.${many.camel}.list.query({ ${within}filter: { ${changed.name}: { like: 'x' } } as never });
    expect(await errorOf(wrong)).toMatchObject({ code: 'BAD_REQUEST', fieldErrors: { 'filter.${changed.name}': [expect.any(String)] } });
  });

  it('lists, counts and deletes many ${many.words}', async () => {
    const created = await Promise.all([create(), create(), create()]);
    const { items, nextCursor } = await api.client.${many.camel}.list.query({ ${within}limit: 2, order: 'desc' });
    expect(items).toHaveLength(2);
    const next = await api.client.${many.camel}.list.query({ ${within}limit: 100, order: 'desc', cursor: nextCursor });
    const { count } = await api.client.${many.camel}.count.query(${only});
    expect(new Set([...items, ...next.items].map(({ id }) => id)).size).toBe(count);
${indexes.map(({ partition, listName }) => `    expect((await api.client.${many.camel}.list${listName}.query({ ${within}${partition.name}: ${sampleOf(partition)}, limit: 1 })).items).toHaveLength(1);`).join('\n')}
    expect((await api.client.${many.camel}.createdSince.query({ ${within}since: '2999-01-01' })).items).toEqual([]);
    const ids = created.map(({ id }) => id);
    const { success, failed } = await api.client.${many.camel}.batchDelete.mutate({ ${within}ids });
    expect([new Set(success), failed]).toEqual([new Set(ids), []]);
  });
});

describe('permissions of ${many.camel}', () => {
  let api: RunningApi;${lines.declaration}
  beforeAll(async () => {
    api = await runningApi();
${lines.organisation}  });
  afterAll(() => api.stop());

  type ${many.pascal} = RunningApi['client']['${many.camel}'];
${unique.length > 0 ? '  let count = 0;' : ''}
  const new${one.pascal} = (${isScoped ? `${scopeField}: string` : ''}) => ({ ${given.join(', ')} });
  const id = crypto.randomUUID();

  /** A call of each procedure, with the permission that it needs. */
  const calls: [name: string, needs: string, call: (${many.camel}: ${many.pascal}) => Promise<unknown>][] = [
    ${rows.map(([name, level, call]) => `['${name}', '${many.camel}:${level}', (${many.camel}) => ${many.camel}.${name}${call}]`).join(',\n    ')},
  ];

  /** Returns whether a call with this scope is forbidden. Any other error means that it is allowed. */
  async function outcome(scope: string, call: (${many.camel}: ${many.pascal}) => Promise<unknown>) {
    const link = httpBatchLink({ url: \`\${api.url}/trpc\`, headers: await headersOf({ scope }) });
    const { ${many.camel} } = createTRPCClient<AppRouter>({ links: [link] });
    return call(${many.camel}).then(
      () => 'allowed',
      async (error: unknown) => ((await errorOf(Promise.reject(error))).code === 'FORBIDDEN' ? 'forbidden' : 'allowed'),
    );
  }

  it('are tested for every procedure', () => {
    const procedures = Object.keys(appRouter._def.procedures).filter((path) => path.startsWith('${many.camel}.'));
    expect(calls.map(([name]) => \`${many.camel}.\${name}\`).sort()).toEqual(procedures.sort());
  });

  it.each(calls)('%s needs %s', async (_, needs, call) => {
    const levels = ['read', 'write', 'admin'].map((level) => \`${many.camel}:\${level}\`);
    for (const scope of ['openid', 'users:admin', ...levels]) {
      const isAllowed = levels.indexOf(scope) >= levels.indexOf(needs);
      expect([scope, await outcome(scope, call)]).toEqual([scope, isAllowed ? 'allowed' : 'forbidden']);
    }
  });
});
${isScoped ? memberTest(entity, { rows, given }) : ''}`;
}
