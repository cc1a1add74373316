import type { User } from '@aws-starter-kit/users';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppRouter } from '../../src/index.js';
import { headersOf } from '../local-tokens.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

describe('a caller without permissions', () => {
  let api: RunningApi;
  let ada: User;
  let grace: User;
  beforeAll(async () => {
    api = await runningApi();
  });
  afterAll(() => api.stop());
  const create = (email: string, name: string) => api.client.users.create.mutate({ email, name });
  const newEmail = () => `mike.k-${crypto.randomUUID()}@example.com`;
  beforeEach(async () => {
    [ada, grace] = [await create(newEmail(), 'Ada'), await create(newEmail(), 'Grace')];
  });

  /** Returns the calls of a subject with these token claims. */
  async function callerOf(claims: JWTPayload) {
    const headers = await headersOf({ email_verified: true, ...claims });
    return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.url}/trpc`, headers })] }).users;
  }
  const asAda = (claims: JWTPayload = {}) => callerOf({ sub: ada.id, email: ada.email, ...claims });
  const forbidden = { code: 'FORBIDDEN', reason: 'MISSING_PERMISSION' };
  const codeOf = (call: Promise<unknown>) =>
    call.then(
      () => 'OK',
      async () => (await errorOf(call)).code,
    );

  it('is their user by subject from the first call with its verified email on, whatever their email is then', async () => {
    expect(await (await asAda()).getById.query({ id: ada.id })).toEqual(ada);
    for (const claims of [{ email: undefined }, { email_verified: false }, { email: grace.email }]) {
      const users = await asAda(claims);
      expect(await users.getById.query({ id: ada.id })).toEqual(ada);
      expect(await errorOf(users.getById.query({ id: grace.id }))).toMatchObject(forbidden);
      expect(await errorOf(users.getByEmail.query({ email: grace.email }))).toMatchObject(forbidden);
    }
    await api.client.users.update.mutate({ id: ada.id, data: { email: newEmail() } });
    expect(await (await asAda()).getById.query({ id: ada.id })).toMatchObject({ id: ada.id });
  });

  it('is no other user of a subject with the same email', async () => {
    await (await asAda()).getById.query({ id: ada.id });
    const users = await asAda({ sub: `another ${ada.id}` });
    expect(await errorOf(users.getById.query({ id: ada.id }))).toMatchObject(forbidden);
    expect(await errorOf(users.delete.mutate({ id: ada.id }))).toMatchObject(forbidden);
  });

  it('is not the next user with their email, after their own user was deleted', async () => {
    const users = await asAda();
    await users.getById.query({ id: ada.id });
    await api.client.users.delete.mutate({ id: ada.id });
    const next = await create(ada.email, 'Bob');
    expect(await errorOf(users.getByEmail.query({ email: ada.email }))).toMatchObject(forbidden);
    expect(await errorOf(users.update.mutate({ id: next.id, data: { name: 'Mine' } }))).toMatchObject(forbidden);
    expect(await codeOf(users.getById.query({ id: ada.id }))).toBe('NOT_FOUND');
    expect(await (await callerOf({ sub: next.id, email: ada.email })).getById.query({ id: next.id })).toEqual(next);
  });

  it('is one of two subjects, if both come first at the same time', async () => {
    const callers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => asAda({ sub: `${name} ${ada.id}` })));
    const codes = await Promise.all(callers.map((users) => codeOf(users.getById.query({ id: ada.id }))));
    expect(codes.sort()).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'OK']);
  });

  it.each([
    ['Kelvin sign', (email: string) => email.replace('k', '\u212a')],
    ['Kelvin sign in upper case', (email: string) => email.toUpperCase().replace('K', '\u212a')],
    ['no-break space', (email: string) => `${email}\u00a0`],
    ['byte order mark', (email: string) => `\ufeff${email}`],
    ['line separator', (email: string) => `${email}\u2028`],
    ['ideographic space', (email: string) => `\u3000${email}`],
    ['line feed', (email: string) => `${email}\n`],
    ['full-width stop', (email: string) => email.replace('.', '\uff0e')],
    ['dotless i', (email: string) => email.replace('i', '\u0131')],
    ['zero-width space', (email: string) => email.replace('@', '\u200b@')],
    ['NUL', (email: string) => `${email}\u0000`],
  ])('is nobody by an email with a %s', async (_, spelled) => {
    const users = await asAda({ email: spelled(ada.email) });
    expect(await errorOf(users.getById.query({ id: ada.id }))).toMatchObject(forbidden);
    expect(await errorOf(users.getByEmail.query({ email: ada.email }))).toMatchObject(forbidden);
    const own = await asAda();
    expect(await own.getByEmail.query({ email: ada.email.toUpperCase() })).toEqual(ada);
  });

  it('changes their email only to the one that their token says is verified', async () => {
    const { id } = ada;
    const email = newEmail();
    const users = await asAda();
    await users.getById.query({ id });
    for (const other of [email, grace.email, 'nobody@example.com', ada.email.replace('k', '\u212a')]) {
      const change = users.update.mutate({ id, data: { email: other } });
      expect(await errorOf(change)).toMatchObject(forbidden); // the same answer whether it is taken or not
      expect(await errorOf(users.update.mutate({ id, data: { email: other, name: 'X' } }))).toMatchObject(forbidden);
    }
    const unverified = await asAda({ email, email_verified: false });
    expect(await errorOf(unverified.update.mutate({ id, data: { email } }))).toMatchObject(forbidden);
    const verified = await asAda({ email: email.toUpperCase() });
    expect(await verified.update.mutate({ id, data: { email: ` ${email}` } })).toMatchObject({ id, email });
    expect(await errorOf(verified.update.mutate({ id, data: { email: ada.email } }))).toMatchObject(forbidden);
  });

  it('is judged at each call of a batch', async () => {
    const { id } = ada;
    const users = await asAda();
    const codes = await Promise.all([
      codeOf(users.update.mutate({ id, data: { email: grace.email } })),
      ...Array.from({ length: 8 }, () => codeOf(users.update.mutate({ id, data: { email: ada.email } }))),
      codeOf(users.update.mutate({ id: grace.id, data: { name: 'Mine' } })),
    ]);
    expect(codes).toEqual(['FORBIDDEN', ...Array(8).fill('OK'), 'FORBIDDEN']);
  });
});

it('a custom rule decides at each call which user a caller is', async () => {
  let own: string | null = null;
  const api = await runningApi({ subjectToUserId: async () => own });
  try {
    const { id } = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
    const headers = await headersOf({});
    const input = encodeURIComponent(JSON.stringify({ id }));
    const read = async () => (await fetch(`${api.url}/trpc/users.getById?input=${input}`, { headers })).status;
    expect(await read()).toBe(403);
    own = id;
    expect(await read()).toBe(200);
    own = null;
    expect(await read()).toBe(403);
  } finally {
    await api.stop();
  }
});
