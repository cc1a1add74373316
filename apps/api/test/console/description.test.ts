import type { ConsoleDescription } from '@aws-starter-kit/console-server';
import { inspect } from '@aws-starter-kit/dynamo';
import { initTRPC } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { router } from '../../src/app.js';
import { organisationsRouter } from '../../src/trpc/organisations-router.js';
import { rateLimit } from '../../src/trpc/rate-limit.js';
import { appRouter } from '../../src/trpc/router.js';
import { usersRouter } from '../../src/trpc/users-router.js';
import { IssueModel, issuesRouter } from '../issues-api.js';
import { consoleApp, headersOf } from './console-app.js';

type App = ReturnType<typeof consoleApp>['app'];

const url = '/console/api/description';
const described = async (app: App, scope?: string): Promise<ConsoleDescription> => {
  const response = await app.inject({ url, headers: await headersOf(scope) });
  expect([response.statusCode, response.headers['cache-control']]).toEqual([200, 'no-store']);
  return response.json();
};
const pathsOf = (procedures: readonly { path: string }[]) => procedures.map(({ path }) => path);

it('describes users by their procedures', async () => {
  const { service, entities } = await described(
    consoleApp({ console: { router: router({ users: usersRouter }) } }).app,
  );
  expect(service).toBe('aws-starter-kit-api');
  const [users] = entities;
  expect(users).toMatchObject({
    name: 'users',
    title: 'Users',
    singular: 'user',
    storage: { prefix: 'USER#', uniques: ['email'] },
    count: { path: 'users.count', needs: 'users:read', takesKey: false },
    create: { path: 'users.create', needs: 'users:write', takesKey: true },
    update: { path: 'users.update', takesKey: true },
    delete: { path: 'users.delete', takesKey: true },
    batchDelete: { path: 'users.batchDelete', needs: 'users:admin', takesKey: false },
    changes: { path: 'users.changes', needs: 'users:read' },
    others: [],
  });
  expect(users?.lists).toMatchObject([
    { path: 'users.list', filters: [], hasOrder: true, hasBackward: false },
    { path: 'users.createdAfter', filters: ['after'], hasOrder: false, hasBackward: false },
  ]);
  expect(users?.lookUps).toMatchObject([
    { path: 'users.getById', by: ['id'] },
    { path: 'users.getByEmail', by: ['email'] },
  ]);
  expect(users?.schema.properties).toMatchObject({
    email: { type: 'string' },
    createdAt: { type: 'string' },
    version: { type: 'number' },
  });
  expect(users?.create?.input?.required).toEqual(['email', 'name']);
});

it('describes an entity within organisations, with the procedure that lists those of the caller', async () => {
  const routers = router({ users: usersRouter, organisations: organisationsRouter, issues: issuesRouter.issues });
  const models = [inspect(new IssueModel())];
  const { entities } = await described(consoleApp({ console: { router: routers, models } }).app);
  expect(entities.map(({ name }) => name)).toEqual(['users', 'issues']); // organisations have no getById
  expect(entities[1]).toMatchObject({
    scope: 'organisationId',
    scopes: { path: 'organisations.list', needs: 'organisations:read' },
    storage: { prefix: 'ISSUE#', uniques: [] },
    lookUps: [{ path: 'issues.getById', by: ['id'] }],
    others: [{ path: 'issues.list' }], // an array is no page
  });
  expect(entities[0]).not.toHaveProperty('scope');
});

/** In a project with generated entities, these are among them. */
const served = Object.keys(appRouter._def.procedures)
  .filter((path) => path.endsWith('.getById'))
  .map((path) => path.slice(0, -'.getById'.length));

it.each(served)('describes %s in full', async (name) => {
  const { entities } = await described(consoleApp().app);
  const entity = entities.find((one) => one.name === name);
  const own = Object.keys(appRouter._def.procedures).filter((path) => path.startsWith(`${name}.`));
  expect(entity?.storage?.prefix).toMatch(/^[A-Z_]+#$/);
  expect(entity?.others).toEqual([]);
  for (const change of ['create', 'update', 'delete', 'batchDelete', 'count'] as const)
    expect(entity?.[change]?.path).toBe(`${name}.${change}`);
  expect(pathsOf(entity?.lookUps ?? []).sort()).toEqual(own.filter((path) => /\.getBy\w+$/.test(path)).sort());
  expect(pathsOf(entity?.lists ?? []).sort()).toEqual(
    own.filter((path) => /\.(list\w*|created\w+)$/.test(path)).sort(),
  );
  const isScoped = 'organisationId' in (entity?.lookUps[0]?.input?.properties ?? {});
  expect(entity?.scope).toBe(isScoped ? 'organisationId' : undefined);
  expect(entity?.scopes?.path).toBe(isScoped ? 'organisations.list' : undefined);
  if (isScoped) for (const { by } of entity?.lookUps ?? []) expect(by).not.toContain('organisationId');
});

describe('for a caller', () => {
  it('names the permissions of the token, and the operations that they allow', async () => {
    const { app } = consoleApp();
    const reader = await described(app, 'users:read');
    expect(reader).toMatchObject({
      permissions: ['users:read'],
      operations: { metrics: false, table: false, doctor: false },
    });
  });

  it.each([
    ['without a token', {}, 401],
    ['with a token of somebody else', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }, 401],
  ])('%s there is nothing', async (_, headers, status) => {
    const response = await consoleApp().app.inject({ url, headers });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ error: { data: { code: 'UNAUTHORIZED' } } });
  });

  it('counts as a call in the rate limit', async () => {
    const { app } = consoleApp({ settings: { rateLimit: rateLimit(1) } });
    const headers = await headersOf();
    expect((await app.inject({ url, headers })).statusCode).toBe(200);
    const second = await app.inject({ url, headers });
    expect([second.statusCode, second.headers['retry-after']]).toEqual([429, expect.any(String)]);
  });
});

it('leaves out a procedure that cannot be described, and says so in the log', async () => {
  const t = initTRPC.create();
  const users = t.router({
    ...usersRouter._def.record,
    odd: t.procedure.input((value) => value).query(() => null),
  } as never);
  const { app, lines } = consoleApp({ console: { router: t.router({ users }) } });
  expect((await described(app)).entities[0]?.others).toEqual([]);
  expect(JSON.stringify(lines)).toContain('users.odd cannot be described');
});
