import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { procedure, router } from '../src/trpc/trpc.js';
import { asAdmin } from './local-tokens.js';
import { errorOf, type RunningApi, runningApi } from './running-api.js';

// Deadlines take 5 s, so the tests run concurrently.
describe.concurrent('faults of the database', () => {
  const start = async (onTestFinished: (stop: () => Promise<void>) => void) => {
    const api = await runningApi();
    onTestFinished(api.stop);
    const ada = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
    const health = async (path: '/livez' | '/readyz') => (await fetch(api.url + path)).status;
    return { api, ada, health };
  };

  it('unreachable: SERVICE_UNAVAILABLE within the deadline, alive but not ready, and recovered by itself', async ({
    expect,
    onTestFinished,
  }) => {
    const { api, ada, health } = await start(onTestFinished);
    api.database.setRules([{ fault: 'refused' }]);
    const errors = await Promise.all([
      errorOf(api.client.users.getById.query({ id: ada.id })),
      errorOf(api.client.users.list.query()),
      errorOf(api.client.users.create.mutate({ email: 'x@example.com', name: 'x' })),
      errorOf(api.client.users.update.mutate({ id: ada.id, data: { name: 'x' } })),
      errorOf(api.client.users.delete.mutate({ id: ada.id })),
    ]);
    expect(errors).toEqual(errors.map(() => expect.objectContaining({ code: 'SERVICE_UNAVAILABLE', httpStatus: 503 })));
    expect(await health('/readyz')).toBe(503);
    expect(await health('/livez')).toBe(200);

    api.database.setRules([]);
    expect(await api.client.users.getById.query({ id: ada.id })).toMatchObject({ name: 'Ada', version: 1 });
    await expect.poll(() => health('/readyz')).toBe(200); // the last answer counts for a second
  });

  it('without answers: TIMEOUT for a read, OUTCOME_UNKNOWN for a write, and 503 from /readyz long before', async ({
    expect,
    onTestFinished,
  }) => {
    const { api, ada, health } = await start(onTestFinished);
    api.database.setRules([{ fault: 'hang' }]);
    const order: string[] = [];
    const ends = <T>(name: string, work: Promise<T>) => work.finally(() => order.push(name));
    const [ready, read, write] = await Promise.all([
      ends('readiness', health('/readyz')),
      ends('call', errorOf(api.client.users.getById.query({ id: ada.id }))),
      ends('call', errorOf(api.client.users.update.mutate({ id: ada.id, data: { name: 'x' } }))),
    ]);
    expect(ready).toBe(503);
    expect(order).toEqual(['readiness', 'call', 'call']); // after 1 s, and after the deadline of 5 s
    expect(['TIMEOUT', 'SERVICE_UNAVAILABLE']).toContain(read.code);
    expect(write).toMatchObject({ code: 'SERVICE_UNAVAILABLE', reason: 'OUTCOME_UNKNOWN' });
  });

  it('overloaded: TOO_MANY_REQUESTS', async ({ expect, onTestFinished }) => {
    const { api, ada } = await start(onTestFinished);
    api.database.setRules([{ fault: 'throttle' }]);
    expect(await errorOf(api.client.users.getById.query({ id: ada.id }))).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });

  it('lost replies: the write is applied once and acknowledged', async ({ expect, onTestFinished }) => {
    const { api, ada } = await start(onTestFinished);
    api.database.setRules([{ fault: 'lost-reply', times: 1 }]);
    const user = await api.client.users.update.mutate({ id: ada.id, data: { name: 'Countess' }, expectedVersion: 1 });
    expect(user).toMatchObject({ name: 'Countess', version: 2 });
  });

  it('unreachable in a batch: each id fails with its own code', async ({ expect, onTestFinished }) => {
    const { api, ada } = await start(onTestFinished);
    api.database.setRules([{ fault: 'refused' }]);
    const { success, failed } = await api.client.users.batchDelete.mutate({ ids: [ada.id, 'x'] });
    expect(success).toEqual([]);
    expect(failed).toEqual([
      { id: ada.id, code: 'SERVICE_UNAVAILABLE' },
      { id: 'x', code: 'SERVICE_UNAVAILABLE' },
    ]);
  });

  it('slow: a batch ends at the deadline of its call, with the outcome of each id', async ({
    expect,
    onTestFinished,
  }) => {
    const { api } = await start(onTestFinished);
    api.database.setRules([{ fault: 'latency', ms: 2000, operation: 'BatchGetItem' }]);
    const ids = Array.from({ length: 1000 }, (_, n) => `nobody-${n}`); // read 100 at a time, four at a time
    const { success, failed } = await api.client.users.batchDelete.mutate({ ids });
    expect([...success, ...failed.map(({ id }) => id)].sort()).toEqual(ids.sort());
    expect(success).not.toEqual([]);
    expect(new Set(failed.map(({ code }) => code))).toEqual(new Set(['TIMEOUT']));
  });

  it('a read is aborted when its client disconnects, and not logged as an error', async ({
    expect,
    onTestFinished,
  }) => {
    const { api } = await start(onTestFinished);
    api.database.setRules([{ fault: 'hang' }]);
    const leaving = new AbortController();
    const call = api.client.users.getByEmail.query({ email: 'ada@example.com' }, { signal: leaving.signal });
    await expect.poll(() => api.database.counts.Query).toBe(1);
    leaving.abort();
    await expect(call).rejects.toThrow();
    await expect
      .poll(() => api.lines.find(({ message }) => message === 'users.getByEmail'))
      .toMatchObject({
        level: 'INFO',
        code: 'CLIENT_CLOSED_REQUEST',
      });
    expect(api.lines.filter(({ level }) => level === 'ERROR')).toEqual([]);
  });

  it('a write is completed although its client disconnects', async ({ expect, onTestFinished }) => {
    const { api, ada } = await start(onTestFinished);
    api.database.setRules([{ fault: 'latency', ms: 200, operation: 'UpdateItem' }]);
    const leaving = new AbortController();
    const call = api.client.users.update.mutate({ id: ada.id, data: { name: 'Countess' } }, { signal: leaving.signal });
    await expect.poll(() => api.database.counts.UpdateItem).toBe(1);
    leaving.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(async () => (await api.client.users.getById.query({ id: ada.id })).name).toBe('Countess');
  });
});

describe('an unexpected error', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await runningApi();
  });
  afterEach(() => api.stop());

  it('is answered with a constant message and the request id, and logged in full', async () => {
    const { DeleteTableCommand } = await import('@aws-sdk/client-dynamodb');
    await api.patient.send(new DeleteTableCommand({ TableName: api.tableName }));
    const response = await fetch(`${api.url}/trpc/users.count`, { headers: asAdmin });
    const requestId = response.headers.get('x-request-id');
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: {
        message: 'Something went wrong on our side',
        code: -32603,
        data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, path: 'users.count', requestId },
      },
    });
    const line = api.lines.find(({ level }) => level === 'ERROR');
    expect(line).toMatchObject({ requestId, error: { name: 'TableNotFoundError', stack: expect.any(String) } });
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  });

  it('of a mutation is answered with OUTCOME_UNKNOWN, since it may come after a write', async () => {
    const fails = () => {
      throw new TypeError('after the write');
    };
    const base = procedure.meta({ needs: 'users:read' });
    const input = z.strictObject({ id: z.string() });
    await api.stop();
    api = await runningApi({
      router: router({
        mutation: base.input(input).mutation(fails),
        output: base.output(z.string()).mutation(() => 7 as never),
        query: base.query(fails),
      }),
    });
    const call = async (path: string, body = {}) => {
      const headers = { ...asAdmin, 'content-type': 'application/json' };
      const answer = await fetch(`${api.url}/trpc/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      const { error } = (await answer.json()) as {
        error: { message: string; data: { code: string; reason?: string } };
      };
      return [error.data.code, error.data.reason, error.message];
    };
    const unexpected = 'Something went wrong on our side';
    expect(await call('mutation', { id: 'x' })).toEqual(['INTERNAL_SERVER_ERROR', 'OUTCOME_UNKNOWN', unexpected]);
    expect(await call('output')).toEqual(['INTERNAL_SERVER_ERROR', 'OUTCOME_UNKNOWN', unexpected]);
    expect(await call('query')).toEqual(['INTERNAL_SERVER_ERROR', undefined, unexpected]);
    expect(await call('mutation')).toEqual(['BAD_REQUEST', undefined, 'The input is not valid']);
    const lines = api.lines.filter(({ level }) => level === 'ERROR');
    expect(lines.map(({ procedure, error }) => [procedure, (error as Error).name])).toEqual([
      ['mutation', 'TypeError'],
      ['output', 'ZodError'],
      ['query', 'TypeError'],
    ]);
  });

  it('or any other line of the log has a request id, and no emails or names', async () => {
    const { users } = api.client;
    const { id } = await users.create.mutate({ email: 'zoe@example.com', name: 'Lovelace' });
    await users.getByEmail.query({ email: 'zoe@example.com' });
    await errorOf(users.create.mutate({ email: 'zoe@example.com', name: 'Lovelace' }));
    await users.update.mutate({ id, data: { email: 'zoe2@example.com', name: 'Lovelace2' } });
    await errorOf(users.getByEmail.query({ email: 'zoe@example.com' }));
    await users.list.query();
    await users.delete.mutate({ id });
    await expect.poll(() => api.lines.filter(({ message }) => message === 'request').length).toBe(7);

    expect(JSON.stringify(api.lines)).not.toMatch(/example\.com|lovelace|zoe/i);
    const calls = api.lines.filter(({ message }) => message !== 'Server listening' && !message.includes(api.url));
    expect(calls.map(({ requestId }) => typeof requestId)).toEqual(calls.map(() => 'string'));
    expect(new Set(calls.map(({ requestId }) => requestId)).size).toBe(7);
    expect(calls.map(({ message }) => message)).toContain('users.create');
  });
});
