import type { User } from '@aws-starter-kit/users';
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Permission } from '../../src/auth/permissions.js';
import type { AppRouter } from '../../src/index.js';
import { concurrencyLimit } from '../../src/load/concurrency-limit.js';
import { apiLogger } from '../../src/telemetry/logger.js';
import type { Context } from '../../src/trpc/context.js';
import { permissionsOf } from '../../src/trpc/needed-permissions.js';
import { appRouter } from '../../src/trpc/router.js';
import { procedure, router } from '../../src/trpc/trpc.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';
import { headersOf } from '../local-tokens.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

const permissions = permissionsOf(appRouter);

/** Procedures that need no token. Think twice before adding one. */
const publicProcedures: string[] = [];

type Client = TRPCClient<AppRouter>;

describe('permissions', () => {
  let api: RunningApi;
  let ada: User;
  let grace: User;
  beforeAll(async () => {
    api = await runningApi();
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    const make = (name: string) =>
      api.client.users.create.mutate({ email: `${name}-${crypto.randomUUID()}@example.com`, name });
    [ada, grace] = [await make('ada'), await make('grace')];
  });

  /** Returns a client with a token with these token claims. */
  async function clientOf(claims: JWTPayload): Promise<Client> {
    return createTRPCClient({ links: [httpBatchLink({ url: `${api.url}/trpc`, headers: await headersOf(claims) })] });
  }
  const asAda = (claims: JWTPayload = {}) =>
    clientOf({ sub: `subject of ${ada.id}`, email: ada.email, email_verified: true, ...claims });
  /** Returns how many requests of which kind a call sends to the database. */
  async function requestsOf(call: () => Promise<unknown>) {
    const before = { ...api.database.counts };
    await call().catch(() => {});
    const sent = Object.entries(api.database.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
    return Object.fromEntries(sent.filter(([, n]) => n > 0));
  }

  /** One call of each procedure about a user, and the permission that it needs. */
  const calls: Record<
    string,
    { needs: Permission; own?: true; call: (client: Client, user: User) => Promise<unknown> }
  > = {
    'users.list': { needs: 'users:read', call: ({ users }) => users.list.query() },
    'users.createdAfter': {
      needs: 'users:read',
      call: ({ users }) => users.createdAfter.query({ after: '2024-01-01' }),
    },
    'users.getById': { needs: 'users:read', own: true, call: ({ users }, { id }) => users.getById.query({ id }) },
    'users.getByEmail': {
      needs: 'users:read',
      own: true,
      call: ({ users }, { email }) => users.getByEmail.query({ email }),
    },
    'users.create': {
      needs: 'users:write',
      call: ({ users }, { email }) => users.create.mutate({ email: `new.${email}`, name: 'New' }),
    },
    'users.update': {
      needs: 'users:write',
      own: true,
      call: ({ users }, { id }) => users.update.mutate({ id, data: { name: 'Changed' } }),
    },
    'users.delete': { needs: 'users:write', own: true, call: ({ users }, { id }) => users.delete.mutate({ id }) },
    'users.batchDelete': { needs: 'users:admin', call: ({ users }, { id }) => users.batchDelete.mutate({ ids: [id] }) },
    'users.count': { needs: 'users:read', call: ({ users }) => users.count.query() },
  };
  const rows = Object.entries(calls).map(([path, row]) => ({ path, ...row }));
  const forbidden = (needs: Permission) => ({
    code: 'FORBIDDEN',
    httpStatus: 403,
    reason: 'MISSING_PERMISSION',
    message: `This needs the permission ${needs}`,
  });
  const outcomeOf = (call: Promise<unknown>) =>
    call.then(
      () => 'allowed',
      () => errorOf(call),
    );

  const procedures = Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
    const { _def } = procedure as unknown as { _def: { type: string; meta?: { needs?: Permission; orOwn?: string } } };
    return { path, type: _def.type, needs: _def.meta?.needs, own: _def.meta?.orOwn !== undefined };
  });

  it('are declared by every procedure that is not listed as public, for the entity of its router', () => {
    for (const { path, needs } of procedures.filter(({ path }) => !publicProcedures.includes(path))) {
      const [entity] = path.split('.');
      expect([`${entity}:read`, `${entity}:write`, `${entity}:admin`], path).toContain(needs);
    }
  });

  it('are tested here for every procedure of users', () => {
    const declared = procedures
      .filter(({ path, type }) => path.startsWith('users.') && type !== 'subscription') // those are tested in test/live
      .map(({ path, needs, own }) => ({ path, needs, own }));
    const tested = Object.entries(calls).map(([path, { needs, own }]) => ({ path, needs, own: own === true }));
    expect(declared).toEqual(tested);
  });

  it('are missing for a procedure that declares none, even for a caller with every permission', async () => {
    const forgetful = router({ open: procedure.query(() => 'secret') });
    const logger = apiLogger(capturedLogger().logger);
    const actor = { subject: 'x', permissions: new Set(permissions), claims: {} };
    const caller = forgetful.createCaller({
      actor,
      logger,
      audit: capturedTrail().audit,
      source: { id: 'r-1', ip: '127.0.0.1', headers: {} },
      limit: concurrencyLimit(),
    } as unknown as Context);
    await expect(caller.open()).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'This is open to nobody' });
  });

  it.each(rows)('are not enough for $path without a token', async ({ call }) => {
    const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.url}/trpc` })] });
    const before = api.database.requests.length;
    expect(await errorOf(call(client, ada))).toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 401 });
    expect(api.database.requests.length).toBe(before);
  });

  const ofUsers = permissions.filter((permission) => permission.startsWith('users:'));
  const table = rows.flatMap((row) => [undefined, ...ofUsers].map((permission) => ({ ...row, permission })));
  it.each(table)('decide on $path of another user: $permission', async ({ needs, own, permission, call }) => {
    const client = await clientOf({ scope: permission ?? 'openid' });
    const isAllowed = permission !== undefined && ofUsers.indexOf(permission) >= ofUsers.indexOf(needs);
    let outcome: unknown;
    const sent = await requestsOf(async () => {
      outcome = await outcomeOf(call(client, grace));
    });
    expect(outcome).toEqual(isAllowed ? 'allowed' : expect.objectContaining(forbidden(needs)));
    if (!isAllowed) expect(sent).toEqual(own ? { GetItem: 1 } : {}); // the look-up of the caller's own user
  });

  it.each(rows)(
    'are not needed for $path of the caller’s own user, if it may be: $own',
    async ({ needs, own, call }) => {
      expect(await outcomeOf(call(await asAda(), ada))).toEqual(
        own ? 'allowed' : expect.objectContaining(forbidden(needs)),
      );
    },
  );

  it.each(rows)('are needed for $path of another user', async ({ needs, call }) => {
    expect(await errorOf(call(await asAda(), grace))).toMatchObject(forbidden(needs));
    expect(await api.client.users.getById.query({ id: grace.id })).toEqual(grace);
  });

  it.each([
    ['an unverified email', { email_verified: false }],
    ['an email without email_verified', { email_verified: undefined }],
    ['email_verified as text', { email_verified: 'true' }],
    ['no email', { email: undefined }],
    ['an email without a user', { email: 'nobody@example.com' }],
    ['an email that is not a text', { email: ['x'] }],
    ['a subject that is an id', { sub: 'USER#1', email: undefined }],
    ['an email with a space', { email: ' x@example.com' }],
  ])('are needed by a caller with %s', async (_, claims) => {
    const client = await asAda(claims as JWTPayload);
    expect(await errorOf(client.users.getById.query({ id: ada.id }))).toMatchObject(forbidden('users:read'));
    expect(await errorOf(client.users.getByEmail.query({ email: ada.email }))).toMatchObject(forbidden('users:read'));
    expect(await errorOf(client.users.delete.mutate({ id: ada.id }))).toMatchObject(forbidden('users:write'));
  });

  it('are not needed for the own user by prefixed id or any case of the email, but for other spellings', async () => {
    const { users } = await asAda({ email: ada.email.toUpperCase() });
    expect(await users.getById.query({ id: `USER#${ada.id}` })).toEqual(ada);
    expect(await users.getByEmail.query({ email: ` ${ada.email.toUpperCase()} ` })).toEqual(ada);
    for (const id of [`USER#USER#${ada.id}`, `user#${ada.id}`, ` ${ada.id}`, `${ada.id}\u0000`, '__proto__'])
      expect(await errorOf(users.getById.query({ id }))).toMatchObject(forbidden('users:read'));
    // @ts-expect-error a list of one text equals its element if compared as text
    expect(await errorOf(users.getById.query({ id: [ada.id] }))).toMatchObject(forbidden('users:read'));
  });

  it('protect the last owner of an email from its new owner, although the index lags', async () => {
    const { email } = ada;
    api.database.setRules([{ fault: 'stale-index', skip: 1 }]);
    await api.client.users.getByEmail.query({ email }); // the answer that the index keeps giving
    await api.client.users.update.mutate({ id: ada.id, data: { email: `was.${email}` } });
    await api.client.users.update.mutate({ id: grace.id, data: { email } });
    const { users } = await clientOf({ sub: `subject of ${grace.id}`, email, email_verified: true });
    expect(await errorOf(users.getByEmail.query({ email }))).toMatchObject(forbidden('users:read'));
    expect(await errorOf(users.getById.query({ id: ada.id }))).toMatchObject(forbidden('users:read'));
    expect(await users.getById.query({ id: grace.id })).toMatchObject({ id: grace.id, email });
    api.database.setRules([]);
    expect(await users.getByEmail.query({ email })).toMatchObject({ id: grace.id });
  });

  it('cost no request for the callers that have them', async () => {
    const { users } = await asAda({ scope: 'users:admin' });
    expect(await requestsOf(() => users.getById.query({ id: ada.id }))).toEqual({ GetItem: 1 });
    const rename = () => users.update.mutate({ id: ada.id, data: { name: 'Countess' } });
    expect(await requestsOf(rename)).toEqual({ UpdateItem: 1 });
  });

  it('are not needed for the own user at the cost of one look-up, after the binding at the first call', async () => {
    const { users } = await asAda();
    const read = () => users.getById.query({ id: ada.id });
    expect(await requestsOf(read)).toMatchObject({ TransactWriteItems: 1 });
    expect(await requestsOf(read)).toEqual({ GetItem: 2 });
    const rename = () => users.update.mutate({ id: ada.id, data: { name: 'Countess' } });
    expect(await requestsOf(rename)).toEqual({ GetItem: 1, UpdateItem: 1 });
    expect(await read()).toEqual({ ...ada, name: 'Countess', version: 2, updatedAt: expect.any(String) });
  });

  it('are checked for each call of a batch', async () => {
    const { users } = await asAda({ scope: 'users:read' });
    const outcomes = await Promise.allSettled([
      users.getById.query({ id: grace.id }),
      users.update.mutate({ id: grace.id, data: { name: 'Mine' } }),
      users.update.mutate({ id: ada.id, data: { name: 'Countess' } }),
      users.batchDelete.mutate({ ids: [grace.id] }),
      users.count.query(),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await api.client.users.getById.query({ id: grace.id })).toEqual(grace);
    const lines = api.lines.filter(({ message }) => message === 'users.batchDelete');
    expect(lines.at(-1)).toMatchObject({ code: 'FORBIDDEN', reason: 'MISSING_PERMISSION' });
  });

  it('that are missing are reported in the header too', async () => {
    const response = await fetch(`${api.url}/trpc/users.count`, { headers: await headersOf({}) });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
  });
});
