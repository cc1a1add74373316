import { setTimeout as sleep } from 'node:timers/promises';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppDependencies } from '../src/app.js';
import { callRate, networkOf } from '../src/call-rate.js';
import type { AppRouter } from '../src/index.js';
import { makeMetrics } from '../src/metrics.js';
import { procedure, router } from '../src/trpc.js';
import { asAdmin, headersOf } from './local-tokens.js';
import { errorOf, type RunningApi, runningApi } from './running-api.js';

let api: RunningApi;
const start = async (settings: Partial<AppDependencies>) => {
  api = await runningApi(settings);
  return api;
};
afterEach(() => api.stop());

const batchOf = (paths: string[]) =>
  fetch(`${api.url}/trpc/${paths.join(',')}?batch=1`, {
    method: 'POST',
    headers: { ...asAdmin, 'content-type': 'application/json' },
    body: JSON.stringify(
      Object.fromEntries(
        paths.map((path, i) => [i, path.endsWith('Email') ? { email: `${i}@example.com` } : { id: 'nobody' }]),
      ),
    ),
  });
const getById = (calls: number) => batchOf(Array<string>(calls).fill('users.getById'));

describe('the rate limit', () => {
  it('counts calls and not requests, and says when to come back', async () => {
    await start({ callRate: callRate(25) });
    expect((await getById(20)).status).toBe(404);
    const refused = await getById(6);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    const answers = (await refused.json()) as unknown[];
    expect(answers).toHaveLength(6);
    expect(answers[5]).toMatchObject({
      error: {
        message: 'Too many calls: come back later',
        data: { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: expect.any(Number), requestId: expect.any(String) },
      },
    });
    expect(api.database.counts).toEqual({ GetItem: 1 }); // one id, asked for once;
  });

  it('charges a procedure what it says it costs', async () => {
    await start({ callRate: callRate(14) });
    expect(await api.client.users.count.query()).toEqual({ count: 0 }); // 10
    await api.client.users.list.query(); // 2
    await api.client.users.list.query(); // 2
    expect(await errorOf(api.client.users.list.query())).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });

  it('takes all of a minute for a call that costs more than one has', async () => {
    await start({ callRate: callRate(4) });
    expect(await api.client.users.count.query()).toEqual({ count: 0 }); // 10
    expect(await errorOf(api.client.users.list.query())).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });

  it('counts each caller alone', async () => {
    await start({ callRate: callRate(10) });
    for (const sub of ['a', 'b']) {
      const headers = await headersOf({ scope: 'users:read', sub });
      const statuses = [];
      for (let i = 0; i < 2; i++) statuses.push((await fetch(`${api.url}/trpc/users.count`, { headers })).status);
      expect(statuses).toEqual([200, 429]);
    }
  });

  it('counts by network who shows no valid token, and looks at none of theirs past it', async () => {
    await start({ callRate: callRate(3), trustProxy: ['127.0.0.1'] });
    const ask = async (address: string, token: string) => {
      const headers = { 'x-forwarded-for': address, authorization: token };
      const answer = await fetch(`${api.url}/trpc/users.getById?input={}`, { headers });
      return [answer.status, Number(answer.headers.get('retry-after')) > 1];
    };
    for (let i = 0; i < 3; i++) expect(await ask(`2001:db8::${i}`, 'Bearer x')).toEqual([401, false]);
    await expect.poll(() => ask('2001:db8::ffff:9', 'Bearer x')).toEqual([429, true]);
    expect(await ask('2001:db8:0:1::1', 'Bearer x')).toEqual([401, false]);
    expect(await ask('192.0.2.1', asAdmin.authorization)).toEqual([400, false]);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '32.1.13.184.0.1.0.2'],
    ['2001:db8:1:2::', '32.1.13.184.0.1.0.2'],
    ['somewhere', 'somewhere'],
  ])('takes %s for one of %s', async (address, network) => {
    await start({});
    expect(networkOf(address)).toBe(network);
  });
});

describe('slots at the database', () => {
  it('are given out one by one; who finds no room to wait is refused at once, with nothing done', async () => {
    await start({ maxConcurrentCalls: 1 });
    api.database.setRules([{ fault: 'latency', ms: 800 }]);
    const answers: number[] = [];
    const ask = async (id: string) => answers.push((await fetch(urlOf(id), { headers: asAdmin })).status);
    const first = ask('a');
    const second = ask('b');
    await expect.poll(() => api.database.counts.GetItem).toBe(1);
    await sleep(0);
    const refused = await fetch(urlOf('c'), { headers: asAdmin });
    expect(answers).toEqual([]); // those before it still wait for the database
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error: { data: { code: 'SERVICE_UNAVAILABLE' } } });
    expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    await Promise.all([first, second]);
    expect(answers).toEqual([404, 404]);
    expect(api.database.counts.GetItem).toBe(2);
  });
  const urlOf = (id: string) => `${api.url}/trpc/users.getById?input=${encodeURIComponent(JSON.stringify({ id }))}`;

  it('are one for all reads by id of a batch', async () => {
    await start({ maxConcurrentCalls: 1 });
    const codes = ((await (await getById(20)).json()) as { error: { data: { code: string } } }[]).map(
      ({ error }) => error.data.code,
    );
    expect(new Set(codes)).toEqual(new Set(['NOT_FOUND']));
  });

  it('refuse the calls of a batch that have no room, and run the others', async () => {
    await start({ maxConcurrentCalls: 4 });
    const answer = await batchOf(Array<string>(20).fill('users.getByEmail'));
    expect(answer.headers.get('retry-after')).toBe('1');
    const codes = ((await answer.json()) as { error: { data: { code: string } } }[]).map(
      ({ error }) => error.data.code,
    );
    expect(codes.filter((code) => code === 'NOT_FOUND').length).toBeGreaterThanOrEqual(8);
    expect(new Set(codes)).toEqual(new Set(['NOT_FOUND', 'SERVICE_UNAVAILABLE']));
  });
});

describe('an event loop without time', () => {
  /** Leaves the loop no time: longer than it takes to be noticed, a second, or until told to stop. */
  async function exhaust(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      for (const began = performance.now(); performance.now() - began < 10; );
      await new Promise(setImmediate);
    }
  }

  it('takes 128 calls and refuses more at once, until it has time again', async () => {
    let calls = 0;
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const wait = procedure.meta({ needs: 'users:read' }).query(async () => {
      calls++;
      await answered;
    });
    await start({ maxConcurrentCalls: 1000, router: router({ wait }) });
    const ask = () => fetch(`${api.url}/trpc/wait`, { headers: asAdmin });
    const taken = Array.from({ length: 127 }, ask);
    await expect.poll(() => calls).toBe(127);
    const stop = new AbortController();
    const exhausted = exhaust(stop.signal);
    await sleep(2500);
    taken.push(ask()); // there is room for this one
    await expect.poll(() => calls, { timeout: 10_000 }).toBe(128);
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after'), calls]).toEqual([503, '1', 128]);
    stop.abort();
    await exhausted;
    answer();
    expect(new Set((await Promise.all(taken)).map(({ status }) => status))).toEqual(new Set([200]));
    await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(200);
    const overloaded = () => api.lines.find(({ message }) => message.startsWith('Overloaded'));
    await expect.poll(overloaded, { timeout: 5000 }).toMatchObject({ callsTaken: expect.any(Number) });
  });

  it('takes more where it has', async () => {
    const wait = procedure.meta({ needs: 'users:read' }).query(() => sleep(2500));
    await start({ maxConcurrentCalls: 1000, router: router({ wait }) });
    const ask = () => fetch(`${api.url}/trpc/wait`, { headers: asAdmin });
    const statuses = (await Promise.all(Array.from({ length: 200 }, ask))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

describe('batches', () => {
  it.each(['users.getById,', 'users.getById%2C', 'users.getById%252C'])(
    'of 21 calls run none of them, written with %s',
    async (one) => {
      await start({});
      const answer = await fetch(`${api.url}/trpc/${one.repeat(20)}users.getById?batch=1&input=%7B%7D`, {
        headers: asAdmin,
      });
      expect([400, 404]).toContain(answer.status);
      expect(api.database.counts).toEqual({});
    },
  );
});

describe('browsers', () => {
  const ask = (method: string, origin: string) =>
    fetch(`${api.url}/trpc/users.count`, {
      method,
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  it('get no leave to call from any page', async () => {
    await start({});
    expect((await ask('OPTIONS', 'https://app.example')).status).toBe(404);
    const answer = await ask('GET', 'https://app.example');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('get it for pages of the origins listed', async () => {
    await start({ corsOrigins: ['https://app.example'] });
    const leave = await ask('OPTIONS', 'https://app.example');
    expect(leave.status).toBe(204);
    expect(leave.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(leave.headers.get('access-control-allow-credentials')).toBeNull();
    expect((await ask('OPTIONS', 'https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('what is known of a call', () => {
  it('stands in one line: procedure, code, duration, capacity units', async () => {
    await start({});
    const { id } = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
    await api.client.users.getById.query({ id });
    const lines = api.lines.filter(({ message }) => message.startsWith('users.'));
    expect(lines).toMatchObject([
      {
        message: 'users.create',
        code: 'OK',
        actor: 'local',
        capacityUnits: expect.any(Number),
        durationMs: expect.any(Number),
      },
      { message: 'users.getById', code: 'OK', capacityUnits: 1 },
    ]);
    expect(lines[0]?.capacityUnits).toBeGreaterThan(1);
  });

  it('adds up over the lines of a batch, whose reads are shared', async () => {
    await start({});
    const batching = createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url: `${api.url}/trpc`, headers: asAdmin })],
    });
    const made = await Promise.all(
      ['a@x.de', 'b@x.de', 'c@x.de'].map((email) => batching.users.create.mutate({ email, name: 'x' })),
    );
    api.lines.length = 0;
    await Promise.all(made.map(({ id }) => batching.users.getById.query({ id })));
    const lines = api.lines.filter(({ message }) => message === 'users.getById');
    expect(lines).toHaveLength(3);
    expect(lines.reduce((sum, { capacityUnits }) => sum + Number(capacityUnits), 0)).toBe(3);
  });

  it('is counted for Prometheus, on a server of its own', async () => {
    const metrics = makeMetrics();
    await start({ metrics });
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
