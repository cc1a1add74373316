import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { claimsCompleteMarkerId } from '@aws-starter-kit/dynamo';
import { UserModel } from '@aws-starter-kit/users';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../../test/fresh-table.js';
import { headersOf } from './console-app.js';
import { appOn } from './operations-app.js';

let table: FreshTable;
beforeAll(async () => {
  table = await freshTable();
});

const oidc = { AUTH_ISSUER: 'https://login.example.com', AUTH_AUDIENCE: 'a', CONSOLE_CLIENT_ID: 'console' };
const user = { id: 'ada', name: 'Ada', email: 'ada@example.com', createdAt: '2026-01-01T00:00:00.000Z', version: 1 };

describe('each route needs its permission', () => {
  it.each<['GET' | 'POST', string, unknown, needs: string, lower: string]>([
    ['POST', 'storage', { entity: 'users', value: user }, 'users:read', 'operations:admin'],
    ['GET', 'metrics', undefined, 'operations:read', 'users:admin'],
    ['GET', 'table', undefined, 'operations:read', 'users:admin'],
    ['POST', 'doctor', {}, 'operations:read', 'users:admin'],
    ['POST', 'doctor', { fix: ['wrong keys'] }, 'operations:admin', 'operations:write users:admin'],
  ])('%s %s %j', async (method, path, payload, needs, lower) => {
    const { ask, app } = appOn(table);
    const allowed = await ask(method, path, payload, needs);
    expect(allowed).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(await ask(method, path, payload, lower)).toMatchObject({
      status: 403,
      body: {
        error: {
          message: `This needs the permission ${needs}`,
          data: { code: 'FORBIDDEN', reason: 'MISSING_PERMISSION', requestId: expect.any(String) },
        },
      },
    });
    const nobody = await app.inject({ method, url: `/console/api/${path}` });
    expect(nobody.statusCode).toBe(401);
  });
});

describe('storage', () => {
  it('tells the id, the keys and the claims that the model writes', async () => {
    const { client, tableName } = await freshTable();
    const created = await new UserModel({ client, tableName }).create({ name: 'Ada', email: 'Ada@example.com' });
    if (!created) throw new Error('the user was not created');
    const { ask } = appOn(table);
    const { body } = await ask('POST', 'storage', { entity: 'users', value: created });
    const { Item = {} } = await client.send(new GetCommand({ TableName: tableName, Key: { id: body.id } }));
    const keys = Object.fromEntries(Object.entries(Item).filter(([name]) => /^[ps]k\d$/.test(name)));
    expect(body).toEqual({
      id: `USER#${created.id}`,
      keys,
      claims: [{ unique: 'email', id: 'UNIQUE#USER#email#ada@example.com' }],
    });
    const claim = await client.send(new GetCommand({ TableName: tableName, Key: { id: body.claims[0].id } }));
    expect(claim.Item).toMatchObject({ ownerId: body.id });
  });

  it.each([
    [{ entity: 'users' }, 'value'],
    [{ entity: 'users', value: {} }, 'value'],
    ['{', 'input'],
  ])('rejects %j', async (input, field) => {
    const { app } = appOn(table);
    const payload = typeof input === 'string' ? input : JSON.stringify(input);
    const headers = { ...(await headersOf()), 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/console/api/storage', headers, payload });
    expect(response.json().error.data).toMatchObject({
      code: 'BAD_REQUEST',
      fieldErrors: { [field]: [expect.any(String)] },
    });
  });

  it('rejects a body of more than 64 KiB, and another type than JSON', async () => {
    const { app, ask } = appOn(table);
    const long = { entity: 'users', value: { ...user, name: 'x'.repeat(70_000) } };
    expect((await ask('POST', 'storage', long)).status).toBe(413);
    const headers = { ...(await headersOf()), 'content-type': 'text/plain' };
    const response = await app.inject({ method: 'POST', url: '/console/api/storage', headers, payload: '{}' });
    expect(response.statusCode).toBe(415);
  });

  it('knows no other entity', async () => {
    const { ask } = appOn(table);
    expect((await ask('POST', 'storage', { entity: 'constructor', value: user })).status).toBe(404);
  });
});

it('shows the calls of this process, with their units', async () => {
  const { ask, app } = appOn(await freshTable());
  const headers = { ...(await headersOf()), 'content-type': 'application/json' };
  const call = (path: string, input: unknown) =>
    app.inject({ method: 'POST', url: `/trpc/${path}`, headers, payload: JSON.stringify(input) });
  await call('users.create', { name: 'Ada', email: 'ada@example.com' });
  await call('users.getById', { id: 'nobody' });
  const { minutes } = (await ask('GET', 'metrics')).body;
  const total = (name: string) =>
    minutes
      .flatMap(
        ({ procedures }: { procedures: Record<string, { calls: number; units: number }> }) => procedures[name] ?? [],
      )
      .reduce((sum: object & { calls: number; units: number }, one: { calls: number; units: number }) => ({
        calls: sum.calls + one.calls,
        units: sum.units + one.units,
      }));
  expect(total('users.create')).toMatchObject({ calls: 1 });
  expect(total('users.create').units).toBeGreaterThan(0);
  expect(total('users.getById')).toMatchObject({ calls: 1 });
});

describe('the table', () => {
  it('is shown with its definition and its differences', async () => {
    const { ask } = appOn(table);
    const { body } = await ask('GET', 'table');
    expect(body).toMatchObject({
      table: table.tableName,
      place: table.endpoint,
      definition: { TableName: table.tableName, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] },
      differences: expect.any(Array),
    });
  });

  it('differs by its missing mark', async () => {
    const fresh = await freshTable();
    const { ask } = appOn(fresh);
    await fresh.client.send(new DeleteCommand({ TableName: fresh.tableName, Key: { id: claimsCompleteMarkerId } }));
    expect((await ask('GET', 'table')).body.differences).toContainEqual({
      setting: 'mark',
      is: 'missing',
      wanted: 'set',
      repair: expect.stringContaining('pnpm'),
    });
  });

  it('that does not exist is a clear error', async () => {
    const { ask } = appOn({ ...table, tableName: 'no-such-table' });
    for (const [method, path] of [
      ['GET', 'table'],
      ['POST', 'doctor'],
    ] as const)
      expect(await ask(method, path)).toMatchObject({
        status: 404,
        body: { error: { message: 'The table does not exist' } },
      });
  });
});

describe('outside development', () => {
  const production = { NODE_ENV: 'production', ...oidc };

  it('the table is out of reach unless CONSOLE_OPERATIONS is on', async () => {
    const { ask } = appOn(table, production);
    expect((await ask('GET', 'table')).status).toBe(404);
    expect((await ask('POST', 'doctor')).status).toBe(404);
    expect((await ask('GET', 'description')).body.operations).toEqual({ metrics: true, table: false, doctor: false });
  });

  it('operators reach it with CONSOLE_OPERATIONS=on', async () => {
    const { ask } = appOn(table, { ...production, CONSOLE_OPERATIONS: 'on' });
    expect((await ask('GET', 'table')).status).toBe(200);
    expect((await ask('GET', 'description')).body.operations).toEqual({ metrics: true, table: true, doctor: true });
  });

  it('in development it can be turned off', async () => {
    expect((await appOn(table, { CONSOLE_OPERATIONS: 'off' }).ask('GET', 'table')).status).toBe(404);
  });
});
