import type { User } from '@aws-starter-kit/users';
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../src/context.js';
import type { AppRouter } from '../src/index.js';
import { type Permission, permissions } from '../src/permissions.js';
import { appRouter } from '../src/router.js';
import { makeSlots } from '../src/slots.js';
import { procedure, router } from '../src/trpc.js';
import { capturedLogger } from './captured-logger.js';
import { headersOf } from './local-tokens.js';
import { errorOf, type RunningApi, runningApi } from './running-api.js';

/** Procedures that need no token. Think twice. */
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

  /** A client of somebody whose token has these claims. */
  async function clientOf(claims: JWTPayload): Promise<Client> {
    return createTRPCClient({ links: [httpBatchLink({ url: `${api.url}/trpc`, headers: await headersOf(claims) })] });
  }
  const asAda = (claims: JWTPayload = {}) =>
    clientOf({ sub: 'ada', email: ada.email, email_verified: true, ...claims });

  /** One call of each procedure about a user; and what it needs. */
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
    const { meta } = (procedure as unknown as { _def: { meta?: { needs?: Permission; orOwn?: string } } })._def;
    return { path, needs: meta?.needs, own: meta?.orOwn !== undefined };
  });

  it('are declared by every procedure but those known to be public, for entities of its own router', () => {
    for (const { path, needs } of procedures.filter(({ path }) => !publicProcedures.includes(path))) {
      const [entity] = path.split('.');
      expect([`${entity}:read`, `${entity}:write`, `${entity}:admin`], path).toContain(needs);
    }
  });

  it('of every procedure of users are tested here', () => {
    const declared = procedures.filter(({ path }) => path.startsWith('users.'));
    const tested = Object.entries(calls).map(([path, { needs, own }]) => ({ path, needs, own: own === true }));
    expect(declared).toEqual(tested);
  });

  it('that nothing declares are given to nobody, not even to who may do everything', async () => {
    const forgetful = router({ open: procedure.query(() => 'secret') });
    const { logger } = capturedLogger();
    const actor = { subject: 'x', permissions: new Set(permissions), claims: {} };
    const caller = forgetful.createCaller({
      actor,
      logger,
      slots: makeSlots(),
      takeUnits: () => 0,
    } as unknown as Context);
    await expect(caller.open()).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'This is open to nobody' });
  });

  it.each(rows)('nobody calls $path without a token', async ({ call }) => {
    const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.url}/trpc` })] });
    const before = api.database.requests.length;
    expect(await errorOf(call(client, ada))).toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 401 });
    expect(api.database.requests.length).toBe(before);
  });

  const ofUsers = permissions.filter((permission) => permission.startsWith('users:'));
  const table = rows.flatMap((row) => [undefined, ...ofUsers].map((permission) => ({ ...row, permission })));
  it.each(table)('with $permission $path of somebody else', async ({ needs, permission, call }) => {
    const client = await clientOf({ scope: permission ?? 'openid' });
    const isAllowed = permission !== undefined && ofUsers.indexOf(permission) >= ofUsers.indexOf(needs);
    const before = api.database.requests.length;
    expect(await outcomeOf(call(client, grace))).toEqual(
      isAllowed ? 'allowed' : expect.objectContaining(forbidden(needs)),
    );
    if (!isAllowed) expect(api.database.requests.length).toBe(before);
  });

  it.each(rows)('without any, $path of oneself', async ({ needs, own, call }) => {
    expect(await outcomeOf(call(await asAda(), ada))).toEqual(
      own ? 'allowed' : expect.objectContaining(forbidden(needs)),
    );
  });

  it.each(rows)('without any, $path of somebody else by a user', async ({ needs, call }) => {
    expect(await errorOf(call(await asAda(), grace))).toMatchObject(forbidden(needs));
    expect(await api.client.users.getById.query({ id: grace.id })).toEqual(grace);
  });

  it.each([
    ['an address that is not verified', { email_verified: false }],
    ['an address of which nothing is said', { email_verified: undefined }],
    ['a text for a yes', { email_verified: 'true' }],
    ['no address', { email: undefined }],
    ['an address that nobody has', { email: 'nobody@example.com' }],
    ['an address that is no text', { email: ['x'] }],
    ['the id for a subject', { sub: 'USER#1', email: undefined }],
  ])('%s makes nobody a user', async (_, claims) => {
    const client = await asAda(claims as JWTPayload);
    expect(await errorOf(client.users.getById.query({ id: ada.id }))).toMatchObject(forbidden('users:read'));
    expect(await errorOf(client.users.getByEmail.query({ email: ada.email }))).toMatchObject(forbidden('users:read'));
    expect(await errorOf(client.users.delete.mutate({ id: ada.id }))).toMatchObject(forbidden('users:write'));
  });

  it('a user is found by either form of the id and any spelling of the address, and by no other', async () => {
    const { users } = await asAda({ email: ` ${ada.email.toUpperCase()}` });
    expect(await users.getById.query({ id: `USER#${ada.id}` })).toEqual(ada);
    expect(await users.getByEmail.query({ email: ` ${ada.email.toUpperCase()} ` })).toEqual(ada);
    for (const id of [`USER#USER#${ada.id}`, `user#${ada.id}`, ` ${ada.id}`, `${ada.id}\u0000`, '__proto__'])
      expect(await errorOf(users.getById.query({ id }))).toMatchObject(forbidden('users:read'));
    // @ts-expect-error a list of one looks like its member where texts are compared carelessly
    expect(await errorOf(users.getById.query({ id: [ada.id] }))).toMatchObject(forbidden('users:read'));
  });

  it('who gave up an address is not shown to who has it now, though the index lags', async () => {
    const { email } = ada;
    api.database.setRules([{ fault: 'stale-index', skip: 1 }]);
    await api.client.users.getByEmail.query({ email }); // what the index goes on to answer
    await api.client.users.update.mutate({ id: ada.id, data: { email: `was.${email}` } });
    await api.client.users.update.mutate({ id: grace.id, data: { email } });
    const { users } = await clientOf({ email, email_verified: true });
    expect(await errorOf(users.getByEmail.query({ email }))).toMatchObject(forbidden('users:read'));
    expect(await errorOf(users.getById.query({ id: ada.id }))).toMatchObject(forbidden('users:read'));
    expect(await users.getById.query({ id: grace.id })).toMatchObject({ id: grace.id, email });
    api.database.setRules([]);
    expect(await users.getByEmail.query({ email })).toMatchObject({ id: grace.id });
  });

  it('are decided for each call of a batch, by one token, verified once', async () => {
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

  it('that are missing are told in the header too', async () => {
    const response = await fetch(`${api.url}/trpc/users.count`, { headers: await headersOf({}) });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
  });
});
