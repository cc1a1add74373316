import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppRouter } from '../../src/index.js';
import { makeMetrics } from '../../src/telemetry/metrics.js';
import { pseudonym } from '../../src/telemetry/pseudonym.js';
import { asAdmin } from '../local-tokens.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

let api: RunningApi;
afterEach(() => api.stop());

describe('the log', () => {
  it('has one line for each call: procedure, code, duration, capacity units', async () => {
    api = await runningApi();
    const { id } = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
    await api.client.users.getById.query({ id });
    const lines = api.lines.filter(({ message }) => message.startsWith('users.'));
    expect(lines).toMatchObject([
      {
        message: 'users.create',
        code: 'OK',
        actor: pseudonym('local'),
        capacityUnits: expect.any(Number),
        durationMs: expect.any(Number),
      },
      { message: 'users.getById', code: 'OK', capacityUnits: 1 },
    ]);
    expect(lines[0]?.capacityUnits).toBeGreaterThan(1);
  });

  it('has the units of a batch, whose reads are shared, once in all of its lines together', async () => {
    api = await runningApi();
    const batching = createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url: `${api.url}/trpc`, headers: asAdmin })],
    });
    const users = await Promise.all(
      ['a@x.de', 'b@x.de', 'c@x.de'].map((email) => batching.users.create.mutate({ email, name: 'x' })),
    );
    api.lines.length = 0;
    await Promise.all(users.map(({ id }) => batching.users.getById.query({ id })));
    const lines = api.lines.filter(({ message }) => message === 'users.getById');
    expect(lines).toHaveLength(3);
    expect(lines.reduce((sum, { capacityUnits }) => sum + Number(capacityUnits), 0)).toBe(3);
  });
});

describe('metrics', () => {
  it('count calls for Prometheus, on a server of their own', async () => {
    const metrics = makeMetrics();
    api = await runningApi({ metrics });
    await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
    await api.client.users.count.query();
    await errorOf(api.client.users.getById.query({ id: 'nobody' }));
    const server = metrics.server();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toContain('api_call_duration_seconds_count{procedure="users.count",code="OK"} 1');
    expect(text).toContain('api_call_duration_seconds_count{procedure="users.getById",code="NOT_FOUND"} 1');
    const units = api.lines.find(({ message }) => message === 'users.create')?.capacityUnits;
    expect(units).toBeGreaterThan(1);
    expect(text).toContain(`api_capacity_units_total{procedure="users.create"} ${units}\n`);
    expect(text).toContain('api_calls_in_flight 0');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(`${api.url}/metrics`)).status).toBe(404);
    server.close();
  });
});
