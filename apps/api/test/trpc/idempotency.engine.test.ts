import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { procedure, router } from '../../src/trpc/trpc.js';
import { usersRouter } from '../../src/trpc/users-router.js';
import { asAdmin, headersOf } from '../local-tokens.js';
import { type RunningApi, runningApi } from '../running-api.js';

let api: RunningApi;
beforeAll(async () => {
  const forgetful = procedure
    .meta({ needs: 'users:write' })
    .input(z.strictObject({ email: z.string() }))
    .output(z.string())
    .mutation(async ({ ctx, input }) => {
      const user = await ctx.services.users.createUser({ email: input.email, name: 'x' }, ctx.options());
      return user.id;
    });
  api = await runningApi({ router: router({ users: usersRouter, forgetful }) });
});
afterAll(() => api.stop());

let made = 0;
const newUser = () => ({ email: `once-${++made}@example.com`, name: 'Ada' });
const newKey = () => crypto.randomUUID();

interface Data {
  id?: string;
}

/** Sends calls of one procedure with keys, and returns status, headers and the bodies by position. */
async function send(path: string, inputs: readonly unknown[], keys: string, headers: object = asAdmin) {
  const isBatch = inputs.length > 1;
  const paths = inputs.map(() => path).join();
  const response = await fetch(`${api.url}/trpc/${paths}${isBatch ? '?batch=1' : ''}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': keys },
    body: JSON.stringify(isBatch ? Object.fromEntries(inputs.entries()) : inputs[0]),
  });
  const body: unknown = await response.json();
  const answers = (isBatch ? body : [body]) as { result?: { data: Data }; error?: { data: Data } }[];
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed'),
    bodies: answers.map(({ result, error }) => (error ?? result)?.data),
  };
}
const once = async (path: string, input: unknown, key: string, headers?: object) => {
  const { bodies, ...rest } = await send(path, [input], `"${key}"`, headers);
  return { ...rest, data: bodies[0] };
};
const stored = (id: string) => api.client.users.getById.query({ id });

it('creates once, and marks the repeated answer with a header', async () => {
  const [user, key] = [newUser(), newKey()];
  const first = await once('users.create', user, key);
  expect(first).toEqual({ status: 200, replayed: null, data: expect.objectContaining({ ...user, version: 1 }) });
  expect(await once('users.create', user, key)).toEqual({ ...first, replayed: 'true' });
  expect(api.audit.at(-1)).toMatchObject({ procedure: 'users.create', outcome: 'OK', isReplayed: true, writes: [] });
});

it('updates once, although another writer came in between', async () => {
  const { id } = await api.client.users.create.mutate(newUser());
  const [input, key] = [{ id, data: { name: 'Mine' } }, newKey()];
  expect((await once('users.update', input, key)).data).toMatchObject({ name: 'Mine', version: 2 });
  await api.client.users.update.mutate({ id, data: { name: 'Theirs' } });
  const again = await once('users.update', input, key);
  expect(again).toMatchObject({ status: 200, replayed: 'true', data: { name: 'Theirs', version: 3 } });
  expect(await stored(id)).toMatchObject({ name: 'Theirs', version: 3 });
});

it('updates at a version once, and answers with the update instead of a conflict', async () => {
  const { id } = await api.client.users.create.mutate(newUser());
  const [input, key] = [{ id, data: { name: 'Mine' }, expectedVersion: 1 }, newKey()];
  const first = await once('users.update', input, key);
  expect(await once('users.update', input, key)).toEqual({ ...first, replayed: 'true' });
});

it('deletes once, and confirms it to the retry', async () => {
  const { id } = await api.client.users.create.mutate(newUser());
  const key = newKey();
  expect(await once('users.delete', { id }, key)).toEqual({ status: 200, replayed: null, data: { deleted: true } });
  expect(await once('users.delete', { id }, key)).toEqual({ status: 200, replayed: 'true', data: { deleted: true } });
});

it('tells the retry of a create whose user is gone that it was applied', async () => {
  const [user, key] = [newUser(), newKey()];
  const { data = {} } = await once('users.create', user, key);
  await api.client.users.delete.mutate({ id: String(data.id) });
  const again = await once('users.create', user, key);
  expect(again).toMatchObject({ status: 404, replayed: 'true', data: { code: 'NOT_FOUND', reason: 'DELETED_SINCE' } });
});

it('rejects other input under the same key, and leaves the first call as it is', async () => {
  const [user, key] = [newUser(), newKey()];
  await once('users.create', user, key);
  const other = await once('users.create', newUser(), key);
  const data = { code: 'UNPROCESSABLE_CONTENT', reason: 'KEY_REUSED' };
  expect(other).toMatchObject({ status: 422, replayed: null, data });
});

it('keeps keys of other callers and procedures apart', async () => {
  const key = newKey();
  const { data = {} } = await once('users.create', newUser(), key);
  expect((await once('users.update', { id: String(data.id), data: { name: 'Other' } }, key)).status).toBe(200);
  expect(
    (await once('users.create', newUser(), key, await headersOf({ sub: 'another', scope: 'users:write' }))).status,
  ).toBe(200);
});

it('does not record a rejected call', async () => {
  const [taken, key] = [newUser(), newKey()];
  const holder = await api.client.users.create.mutate(taken);
  expect((await once('users.create', taken, key)).data).toMatchObject({ reason: 'EMAIL_TAKEN' });
  await api.client.users.delete.mutate({ id: holder.id });
  expect(await once('users.create', taken, key)).toMatchObject({ status: 200, replayed: null });
});

it('keeps a rejected call rejected if its attempts have a time, although an earlier one arrives late', async () => {
  const [taken, key] = [newUser(), newKey()];
  const holder = await api.client.users.create.mutate(taken);
  const attempt = async (at: number) => {
    const { status, bodies } = await send('users.create', [taken], `"${key}";at=${at}`);
    return { status, data: bodies[0] };
  };
  expect(await attempt(2)).toMatchObject({ status: 409, data: { reason: 'EMAIL_TAKEN' } });
  await api.client.users.delete.mutate({ id: holder.id });
  expect(await attempt(1)).toMatchObject({ status: 409, data: { reason: 'SUPERSEDED' } });
  expect(await attempt(3)).toMatchObject({ status: 200, data: taken });
});

it('takes a key for each call of a batch, and no key for a call with empty quotes', async () => {
  const [first, second, third] = [newUser(), newUser(), newUser()];
  const keys = `"${newKey()}", "", "${newKey()}"`;
  expect(await send('users.create', [first, second, third], keys)).toMatchObject({ status: 200, replayed: null });
  const again = await send('users.create', [first, second, third], keys);
  expect(again).toMatchObject({
    status: 207,
    replayed: 'true, false, true',
    bodies: [first, { reason: 'EMAIL_TAKEN' }, third],
  });
});

it('lets concurrent calls with one key wait for the first, and writes once', async () => {
  const [user, key] = [newUser(), newKey()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => once('users.create', user, key)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(new Set(answers.map(({ data }) => data?.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
});

it('rejects a malformed header before it runs any call', async () => {
  const user = newUser();
  const { status, bodies } = await send('users.create', [user], '"a", "b"');
  expect({ status, bodies }).toMatchObject({ status: 400, bodies: [{ code: 'BAD_REQUEST' }] });
  expect(await once('users.create', user, newKey())).toMatchObject({ status: 200 });
});

it('warns once about a mutation that ignores its key', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await once('forgetful', { email: newUser().email }, newKey());
  await once('forgetful', { email: newUser().email }, newKey());
  const { id } = await api.client.users.create.mutate(newUser());
  await once('users.batchDelete', { ids: [id] }, newKey());
  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(/^forgetful ignores the header Idempotency-Key, .* ctx\.writeOptions\(\)/),
  ]);
  warn.mockRestore();
});
