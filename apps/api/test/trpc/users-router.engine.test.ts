import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { User } from '@aws-starter-kit/users';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { RouterInputs, RouterOutputs } from '../../src/index.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

describe('users', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await runningApi();
  });
  afterAll(() => api.stop());
  const newEmail = () => `user-${crypto.randomUUID()}@example.com`;

  it('creates a user and finds it by id and by email', async () => {
    const { users } = api.client;
    const user = await users.create.mutate({ email: ' Ada@Example.com ', name: 'Ada' });
    expect(user).toEqual({
      id: expect.any(String),
      email: 'ada@example.com',
      name: 'Ada',
      createdAt: expect.any(String),
      version: 1,
    });
    expect(await users.getById.query({ id: user.id })).toEqual(user);
    expect(await users.getById.query({ id: `USER#${user.id}` })).toEqual(user);
    expect(await users.getByEmail.query({ email: 'ADA@example.com ' })).toEqual(user);
  });

  it('rejects an email that is already taken', async () => {
    const email = newEmail();
    await api.client.users.create.mutate({ email, name: 'First' });
    expect(await errorOf(api.client.users.create.mutate({ email: email.toUpperCase(), name: 'Second' }))).toMatchObject(
      {
        message: `User with email ${email} already exists`,
        code: 'CONFLICT',
        httpStatus: 409,
        reason: 'EMAIL_TAKEN',
        field: 'email',
        requestId: expect.any(String),
      },
    );
  });

  it('lets one of fifty concurrent creates of an email succeed, and gives the others the reason', async () => {
    const email = newEmail();
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        (i % 2 ? api.client : api.batching).users.create.mutate({
          email: i % 3 ? email : email.toUpperCase(),
          name: 'x',
        }),
      ),
    );
    const made = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(made).toEqual([expect.objectContaining({ email, version: 1 })]);
    for (const one of all) {
      if (one.status === 'rejected') expect(one.reason.data).toMatchObject({ code: 'CONFLICT', reason: 'EMAIL_TAKEN' });
    }
    expect((await api.itemIds()).filter((id) => id.endsWith(email) || id.endsWith(made[0]?.id ?? ''))).toEqual([
      `UNIQUE#USER#email#${email}`,
      `USER#${made[0]?.id}`,
    ]);
  });

  it('rejects a change to an email that is already taken', async () => {
    const taken = await api.client.users.create.mutate({ email: newEmail(), name: 'First' });
    const { id } = await api.client.users.create.mutate({ email: newEmail(), name: 'Second' });
    expect(await errorOf(api.client.users.update.mutate({ id, data: { email: taken.email } }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'EMAIL_TAKEN',
      field: 'email',
    });
  });

  it('updates a user, and rejects a version that is not the stored one', async () => {
    const { id } = await api.client.users.create.mutate({ email: newEmail(), name: 'Before' });
    const updated = await api.client.users.update.mutate({ id, data: { name: 'After' }, expectedVersion: 1 });
    expect(updated).toMatchObject({ id, name: 'After', version: 2, updatedAt: expect.any(String) });
    expect(
      await errorOf(api.client.users.update.mutate({ id, data: { name: 'Late' }, expectedVersion: 1 })),
    ).toMatchObject({
      code: 'CONFLICT',
      reason: 'VERSION_CONFLICT',
    });
    expect(await errorOf(api.client.users.delete.mutate({ id, expectedVersion: 1 }))).toMatchObject({
      reason: 'VERSION_CONFLICT',
    });
  });

  it('deletes a user once', async () => {
    const { id } = await api.client.users.create.mutate({ email: newEmail(), name: 'Gone' });
    expect(await api.client.users.delete.mutate({ id })).toEqual({ deleted: true });
    expect(await errorOf(api.client.users.delete.mutate({ id }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each(['getById', 'update', 'delete'] as const)('answers NOT_FOUND if %s finds no user', async (name) => {
    const { users } = api.client;
    const id = crypto.randomUUID();
    const call = {
      getById: () => users.getById.query({ id }),
      update: () => users.update.mutate({ id, data: { name: 'x' } }),
      delete: () => users.delete.mutate({ id }),
    }[name];
    expect(await errorOf(call())).toMatchObject({
      code: 'NOT_FOUND',
      httpStatus: 404,
      message: 'There is no such user',
    });
  });

  it('answers NOT_FOUND for an email without a user', async () => {
    expect(await errorOf(api.client.users.getByEmail.query({ email: 'no.such@example.com' }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('deletes many users, unknown ids among them', async () => {
    const users = await Promise.all(
      Array.from({ length: 3 }, () => api.client.users.create.mutate({ email: newEmail(), name: 'Many' })),
    );
    const ids = [...users.map(({ id }) => id), crypto.randomUUID()];
    const { success, failed } = await api.client.users.batchDelete.mutate({ ids });
    expect(new Set(success)).toEqual(new Set(ids));
    expect(failed).toEqual([]);
  });

  it.each([
    ['without a name', {}],
    ['with a number as name', { name: 7 }],
    ['with null as name', { name: null }],
  ])('returns an item of another system %s as a user, and updates and deletes it', async (_, name) => {
    const id = crypto.randomUUID();
    const createdAt = '2020-01-01T00:00:00.000Z';
    const keys = { pk1: 'USER', sk1: `EMAIL#${id}@example.com`, pk2: 'USER', sk2: `CREATED#${createdAt}` };
    const odd = { ...name, createdAt, updatedAt: 7, nickname: 'Ada', tags: new Set(['a']) }; // without email and version
    await api.documentClient.send(
      new PutCommand({ TableName: api.tableName, Item: { id: `USER#${id}`, ...odd, ...keys } }),
    );
    const given = { id, email: '', name: '', createdAt, version: 0 };
    expect(await api.client.users.getById.query({ id })).toEqual(given);
    expect((await api.client.users.list.query({ limit: 1 })).items).toEqual([given]);
    const email = newEmail();
    const updated = await api.client.users.update.mutate({ id, data: { email } });
    expect(updated).toEqual({ ...given, email, updatedAt: expect.any(String), version: 1 });
    expect(await api.client.users.delete.mutate({ id })).toEqual({ deleted: true });
  });

  it('has precise types for clients', () => {
    expectTypeOf<RouterInputs['users']['create']>().toEqualTypeOf<{ email: string; name: string }>();
    expectTypeOf<RouterOutputs['users']['count']>().toEqualTypeOf<{ count: number; isExact: boolean }>();
    expectTypeOf<RouterOutputs['users']['getById']>().toEqualTypeOf<User>();
    expectTypeOf<RouterInputs['users']['list']>().extract<{ cursor?: unknown }>().not.toBeNever();
  });
});

describe('pages of users', () => {
  let api: RunningApi;
  const names = Array.from({ length: 45 }, (_, n) => `User ${n}`);
  let after: string;
  beforeAll(async () => {
    api = await runningApi();
    for (const name of names) {
      const user = await api.client.users.create.mutate({ email: `${name.replace(' ', '')}@example.com`, name });
      if (name === 'User 9') after = user.createdAt;
    }
  });
  afterAll(() => api.stop());

  it('counts them', async () => {
    expect(await api.client.users.count.query()).toEqual({ count: 45, isExact: true });
  });

  it('lists 20 at a time, by creation, and ends without a cursor', async () => {
    const pages = [await api.client.users.list.query()];
    // useInfiniteQuery sends the input, the cursor of the last page, and a direction
    for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor) {
      pages.push(await api.client.users.list.query({ cursor, direction: 'forward' }));
    }
    expect(pages.map(({ items }) => items.length)).toEqual([20, 20, 5]);
    expect(pages.flatMap(({ items }) => items.map(({ name }) => name))).toEqual(names);
    expect(pages.at(-1)).not.toHaveProperty('nextCursor');
  });

  it('accepts the null cursor that useInfiniteQuery sends for the first page', async () => {
    const { items } = await api.client.users.list.query({ cursor: null, direction: 'forward', limit: 1 });
    expect(items).toHaveLength(1);
  });

  it('lists the newest first', async () => {
    const { items, nextCursor } = await api.client.users.list.query({ order: 'desc', limit: 2 });
    expect(items.map(({ name }) => name)).toEqual(['User 44', 'User 43']);
    const next = await api.client.users.list.query({
      order: 'desc',
      limit: 1,
      ...(nextCursor && { cursor: nextCursor }),
    });
    expect(next.items[0]?.name).toBe('User 42');
  });

  it('lists users created after a time, in pages', async () => {
    const first = await api.client.users.createdAfter.query({ after, limit: 30 });
    const second = await api.client.users.createdAfter.query({ after, limit: 30, cursor: first.nextCursor });
    const found = [...first.items, ...second.items].map(({ name }) => name);
    expect(found).toContain('User 44');
    expect(found).not.toContain('User 9');
    expect(new Set(found).size).toBe(found.length);
    expect(second.nextCursor).toBeUndefined();
  });

  it('reads a date as midnight UTC', async () => {
    const { items } = await api.client.users.createdAfter.query({ after: '2024-01-01', limit: 100 });
    expect(items).toHaveLength(45);
  });

  it('rejects the cursor of another query', async () => {
    const { nextCursor } = await api.client.users.list.query({ limit: 1 });
    expect(nextCursor).toBeDefined();
    expect(await errorOf(api.client.users.list.query({ order: 'desc', cursor: nextCursor }))).toMatchObject({
      code: 'BAD_REQUEST',
      reason: 'INVALID_CURSOR',
    });
  });
});
