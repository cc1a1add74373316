import { afterEach, expect, it } from 'vitest';
import { makeMetrics } from '../../src/telemetry/metrics.js';
import { headersOf } from '../local-tokens.js';
import { type RunningApi, runningApi } from '../running-api.js';

let api: RunningApi;
afterEach(() => api.stop());

it('a caller who updates one record from many connections costs others no call', async () => {
  api = await runningApi({ maxConcurrentCalls: 8 });
  const email = 'mallory@example.com';
  const { id } = await api.client.users.create.mutate({ email, name: 'Mallory' });
  const other = await api.client.users.create.mutate({ email: 'other@example.com', name: 'Other' });
  const headers = await headersOf({ sub: 'mallory', email, email_verified: true });
  const batch = async () => {
    const update = { id, data: { email, name: 'Mallory' } };
    const response = await fetch(`${api.url}/trpc/${Array(20).fill('users.update').join(',')}?batch=1`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(Object.assign({}, Array(20).fill(update))),
    });
    const answers = (await response.json()) as { error?: { data: { code: string } } }[];
    return answers.map(({ error }) => error?.data.code ?? 'OK');
  };
  const input = encodeURIComponent(JSON.stringify({ id }));
  expect((await fetch(`${api.url}/trpc/users.getById?input=${input}`, { headers })).status).toBe(200); // is bound
  api.database.setRules([{ fault: 'latency', ms: 50, operation: 'UpdateItem' }]);
  const before = { ...api.database.counts };
  let isOver = false;
  const attack = Promise.all(Array.from({ length: 8 }, batch)).finally(() => {
    isOver = true;
  });
  let served = 0;
  while (!isOver) {
    expect(await api.client.users.getById.query({ id: other.id })).toEqual(other);
    served++;
  }
  expect(served).toBeGreaterThan(0);
  const codes = (await attack).flat();
  expect(['OK', 'TOO_MANY_REQUESTS', 'SERVICE_UNAVAILABLE']).toEqual(expect.arrayContaining([...new Set(codes)]));
  // one write at a time, so no write is retried
  const done = codes.filter((code) => code === 'OK').length;
  expect(Number(api.database.counts.UpdateItem) - Number(before.UpdateItem ?? 0)).toBe(done);
});

it('a committed write is a success, although the report of its call fails', async () => {
  const metrics = makeMetrics();
  api = await runningApi({
    metrics: Object.assign(metrics, {
      callEnded: () => {
        throw new Error('no metrics');
      },
    }),
  });
  const user = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
  expect(await api.client.users.getById.query({ id: user.id })).toEqual(user);
});
