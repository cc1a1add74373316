import { setTimeout as sleep } from 'node:timers/promises';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeServices } from '../../src/app.js';
import { asAdmin } from '../local-tokens.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

describe('a batch of calls', () => {
  let api: RunningApi;
  let ids: string[];
  beforeAll(async () => {
    api = await runningApi();
    const emails = Array.from({ length: 20 }, (_, n) => `u${n}@example.com`);
    const users = await Promise.all(emails.map((email) => api.client.users.create.mutate({ email, name: email })));
    ids = users.map(({ id }) => id);
  });
  afterAll(() => api.stop());

  const requestsDuring = async (work: () => Promise<unknown>) => {
    const before = api.database.requests.length;
    await work();
    return api.database.requests.slice(before).map(({ operation }) => operation);
  };

  it('reads 20 users by one BatchGetItem', async () => {
    const requests = await requestsDuring(async () => {
      const users = await Promise.all(ids.map((id) => api.batching.users.getById.query({ id })));
      expect(users.map(({ id }) => id)).toEqual(ids);
    });
    expect(requests).toEqual(['BatchGetItem']);
  });

  it('reads a single user by one GetItem', async () => {
    const [id = ''] = ids;
    expect(await requestsDuring(() => api.client.users.getById.query({ id }))).toEqual(['GetItem']);
    expect(
      await requestsDuring(() =>
        Promise.all([api.batching.users.getById.query({ id }), api.batching.users.getById.query({ id })]),
      ),
    ).toEqual(['GetItem']);
  });

  it('shares the database request of 1,000 concurrent reads of one id', async () => {
    const [id = ''] = ids;
    api.database.setRules([{ fault: 'latency', ms: 300 }]); // so that they overlap on a slow machine too
    const requests = await requestsDuring(async () => {
      const users = await Promise.all(Array.from({ length: 1000 }, () => api.batching.users.getById.query({ id })));
      expect(new Set(users.map((user) => user.id))).toEqual(new Set([id]));
    });
    api.database.setRules([]);
    expect(requests.length).toBeLessThanOrEqual(20);
  });

  it('answers each call separately', async () => {
    const [id = ''] = ids;
    const [found, missing, invalid] = await Promise.allSettled([
      api.batching.users.getById.query({ id }),
      api.batching.users.getById.query({ id: 'nobody' }),
      api.batching.users.getById.query({ id: '' }),
    ]);
    expect(found).toMatchObject({ status: 'fulfilled', value: { id } });
    expect(missing).toMatchObject({ reason: { data: { code: 'NOT_FOUND' } } });
    expect(invalid).toMatchObject({
      reason: { data: { code: 'BAD_REQUEST', fieldErrors: { id: [expect.any(String)] } } },
    });
  });

  it.each([
    ['plain', ','],
    ['encoded', '%2C'],
  ])('of more than 20 is rejected and none of it runs (%s)', async (_, comma) => {
    const requests = await requestsDuring(async () => {
      const path = Array.from({ length: 21 }, () => 'users.count').join(comma);
      const response = await fetch(`${api.url}/trpc/${path}?batch=1`, { headers: asAdmin });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('Batch call exceeds maximum size');
    });
    expect(requests).toEqual([]);
  });

  it('is split by the client, which shares the limit', async () => {
    const counts = await Promise.all(
      Array.from({ length: 45 }, () => api.batching.users.getById.query({ id: ids[0] ?? '' })),
    );
    expect(counts).toHaveLength(45);
  });

  it('cannot contain both queries and mutations', async () => {
    const error = await errorOf(api.client.users.getById.query({ id: 'nobody' }));
    expect(error.code).toBe('NOT_FOUND');
    const response = await fetch(`${api.url}/trpc/users.count,users.delete?batch=1`, { headers: asAdmin });
    expect(response.status).toBe(400);
  });
});

it('a read never joins one that was sent before an acknowledged write', async () => {
  const reads: { answer: () => void }[] = [];
  /** Its reads are answered when the test says so, with the state at the time when they were sent. */
  class LateService extends UserService {
    override async getUserById(...input: Parameters<UserService['getUserById']>) {
      const user = await super.getUserById(...input);
      await new Promise<void>((resolve) => reads.push({ answer: resolve }));
      return user;
    }
  }
  const api: RunningApi = await runningApi({
    services: () => ({
      ...makeServices(),
      users: new LateService({ model: new UserModel({ client: api.documentClient, tableName: api.tableName }) }),
    }),
  });
  onTestFinished(() => api.stop());
  const { id } = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
  const early = api.client.users.getById.query({ id });
  await expect.poll(() => reads.length).toBe(1);
  await api.client.users.update.mutate({ id, data: { name: 'Ada King' } });
  const late = api.client.users.getById.query({ id });
  await sleep(50); // enough time to join the early read, if that were possible
  reads[0]?.answer();
  await expect.poll(() => reads.length).toBe(2);
  reads[1]?.answer();
  expect([(await early).name, (await late).name]).toEqual(['Ada', 'Ada King']);
});

it('a stalled read holds up only its own caller', async () => {
  let reads = 0;
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  /** Its first read waits until it is released. */
  class StallingService extends UserService {
    override async getUserById(...input: Parameters<UserService['getUserById']>) {
      if (reads++ === 0) await released;
      return super.getUserById(...input);
    }
  }
  const api: RunningApi = await runningApi({
    services: () => ({
      ...makeServices(),
      users: new StallingService({ model: new UserModel({ client: api.documentClient, tableName: api.tableName }) }),
    }),
  });
  onTestFinished(() => api.stop());
  const { id } = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
  const stalled = api.client.users.getById.query({ id });
  await expect.poll(() => reads).toBe(1);
  await Promise.all(Array.from({ length: 10 }, () => api.client.users.getById.query({ id })));
  release();
  expect(await stalled).toMatchObject({ id });
});
