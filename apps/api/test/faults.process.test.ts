import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asAdmin } from './local-tokens.js';
import { errorOf, type RunningApi, runningApi } from './running-api.js';

// Deadlines take their 5 s: side by side.
describe.concurrent('faults of the database', () => {
  const start = async (onTestFinished: (stop: () => Promise<void>) => void) => {
    const api = await runningApi();
    onTestFinished(api.stop);
    const ada = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
    const health = async (path: '/livez' | '/readyz') => (await fetch(api.url + path)).status;
    return { api, ada, health };
  };

  it('down: SERVICE_UNAVAILABLE within the deadline, not ready but alive, and back by itself', async ({
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
    expect(await health('/readyz')).toBe(200);
  });

  it('silent: TIMEOUT for a read, OUTCOME_UNKNOWN for a write, and /readyz says so long before', async ({
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
    expect(order).toEqual(['readiness', 'call', 'call']); // after a second, and after the deadline of 5
    expect(['TIMEOUT', 'SERVICE_UNAVAILABLE']).toContain(read.code);
    expect(write).toMatchObject({ code: 'SERVICE_UNAVAILABLE', reason: 'OUTCOME_UNKNOWN' });
  });

  it('overloaded: TOO_MANY_REQUESTS', async ({ expect, onTestFinished }) => {
    const { api, ada } = await start(onTestFinished);
    api.database.setRules([{ fault: 'throttle' }]);
    expect(await errorOf(api.client.users.getById.query({ id: ada.id }))).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });

  it('lost replies: the write is acknowledged once and done once', async ({ expect, onTestFinished }) => {
    const { api, ada } = await start(onTestFinished);
    api.database.setRules([{ fault: 'lost-reply', times: 1 }]);
    const user = await api.client.users.update.mutate({ id: ada.id, data: { name: 'Countess' }, expectedVersion: 1 });
    expect(user).toMatchObject({ name: 'Countess', version: 2 });
  });

  it('fails each user of a batch by its own code', async ({ expect, onTestFinished }) => {
    const { api, ada } = await start(onTestFinished);
    api.database.setRules([{ fault: 'refused' }]);
    const { success, failed } = await api.client.users.batchDelete.mutate({ ids: [ada.id, 'x'] });
    expect(success).toEqual([]);
    expect(failed).toEqual([
      { id: ada.id, code: 'SERVICE_UNAVAILABLE' },
      { id: 'x', code: 'SERVICE_UNAVAILABLE' },
    ]);
  });

  it('stops reading when the client leaves, and calls it no error', async ({ expect, onTestFinished }) => {
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

  it('finishes a write although the client leaves', async ({ expect, onTestFinished }) => {
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

describe('what leaves the process', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await runningApi();
  });
  afterEach(() => api.stop());

  it('is a constant text and the request id where an error is unexpected; the log has it whole', async () => {
    const { DeleteTableCommand } = await import('@aws-sdk/client-dynamodb');
    await api.documentClient.send(new DeleteTableCommand({ TableName: api.tableName }));
    const response = await fetch(`${api.url}/trpc/users.count`, { headers: { ...asAdmin, 'x-request-id': 'r-1' } });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: {
        message: 'Something went wrong on our side',
        code: -32603,
        data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, path: 'users.count', requestId: 'r-1' },
      },
    });
    const line = api.lines.find(({ level }) => level === 'ERROR');
    expect(line).toMatchObject({ requestId: 'r-1', error: { name: 'TableNotFoundError', stack: expect.any(String) } });
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  });

  it('has no addresses or names in its log, and a request id in each line of it', async () => {
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
