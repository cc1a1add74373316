import { UserModel, UserService } from '@aws-starter-kit/users';
import { afterEach, expect, it } from 'vitest';
import { rateLimit } from '../../src/trpc/rate-limit.js';
import { asAdmin, headersOf } from '../local-tokens.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

let api: RunningApi;
const startWithLimit = async (perMinute: number) => {
  api = await runningApi({ rateLimit: rateLimit(perMinute), trustProxy: ['127.0.0.1'] });
};
afterEach(() => api?.stop());

const getById = (calls: number) => {
  const inputs = Object.fromEntries(Array.from({ length: calls }, (_, i) => [i, { id: 'nobody' }]));
  return fetch(`${api.url}/trpc/${Array<string>(calls).fill('users.getById').join(',')}?batch=1`, {
    method: 'POST',
    headers: { ...asAdmin, 'content-type': 'application/json' },
    body: JSON.stringify(inputs),
  });
};

it('counts calls, not requests, and tells the client when to retry', async () => {
  await startWithLimit(25);
  expect((await getById(20)).status).toBe(404);
  const rejected = await getById(6);
  expect(rejected.status).toBe(429);
  expect(Number(rejected.headers.get('retry-after'))).toBeGreaterThan(50);
  const answers = (await rejected.json()) as unknown[];
  expect(answers).toHaveLength(6);
  expect(answers[5]).toMatchObject({
    error: {
      message: 'Too many calls: come back later',
      data: { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: expect.any(Number), requestId: expect.any(String) },
    },
  });
  expect(api.database.counts).toEqual({ GetItem: 1 }); // the first batch asked for one id 20 times
});

it('charges the declared cost of a procedure', async () => {
  await startWithLimit(14);
  expect(await api.client.users.count.query()).toMatchObject({ count: 0 }); // 10
  await api.client.users.list.query(); // 2
  await api.client.users.list.query(); // 2
  expect(await errorOf(api.client.users.list.query())).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
});

it('charges at most the points of a minute', async () => {
  await startWithLimit(4);
  expect(await api.client.users.count.query()).toMatchObject({ count: 0 }); // 10
  expect(await errorOf(api.client.users.list.query())).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
});

it('counts each caller separately', async () => {
  await startWithLimit(10);
  for (const sub of ['a', 'b']) {
    const headers = await headersOf({ scope: 'users:read', sub });
    const statuses = [];
    for (let i = 0; i < 2; i++) statuses.push((await fetch(`${api.url}/trpc/users.count`, { headers })).status);
    expect(statuses).toEqual([200, 429]);
  }
});

it('counts requests without a valid token by network, and verifies none of their tokens past the limit', async () => {
  await startWithLimit(3);
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

it('counts an address with a port, as some load balancers forward it, as the address', async () => {
  await startWithLimit(3);
  const ask = async (address: string) => {
    const headers = { 'x-forwarded-for': address, authorization: 'Bearer x' };
    return (await fetch(`${api.url}/trpc/users.getById?input={}`, { headers })).status;
  };
  for (const address of ['192.0.2.1:1', '192.0.2.1:2', '[::ffff:192.0.2.1]:3']) expect(await ask(address)).toBe(401);
  await expect.poll(() => ask('192.0.2.1:4, 127.0.0.1:5')).toBe(429);
  for (const port of [1, 2, 3]) expect(await ask(`[2001:db8::${port}]:${port}`)).toBe(401);
  await expect.poll(() => ask('[2001:db8::4]:4')).toBe(429);
});

it('counts by the address that the trusted proxy saw, whatever its client has forwarded', async () => {
  await startWithLimit(3);
  const ask = async (forwarded: string) => {
    const headers = { 'x-forwarded-for': forwarded, 'x-real-ip': forwarded, authorization: 'Bearer x' };
    return (await fetch(`${api.url}/trpc/users.getById?input={}`, { headers })).status;
  };
  for (const forged of [1, 2, 3]) expect(await ask(`198.51.100.${forged}, 192.0.2.1`)).toBe(401);
  await expect.poll(() => ask('198.51.100.4, 192.0.2.1')).toBe(429);
  await expect.poll(() => api.audit.at(-1)).toMatchObject({ status: 429, sourceAddress: '192.0.2.1' });
});

it('reads no forwarded address without a trusted proxy', async () => {
  api = await runningApi({ rateLimit: rateLimit(3) });
  const ask = async (forwarded: string) => {
    const headers = { 'x-forwarded-for': forwarded, forwarded: `for=${forwarded}`, authorization: 'Bearer x' };
    return (await fetch(`${api.url}/trpc/users.getById?input={}`, { headers })).status;
  };
  for (const forged of [1, 2, 3]) expect(await ask(`198.51.100.${forged}`)).toBe(401);
  await expect.poll(() => ask('198.51.100.4')).toBe(429);
  await expect.poll(() => api.audit.at(-1)).toMatchObject({ status: 429, sourceAddress: '127.0.0.1' });
});

const post = (path: string, init: RequestInit = {}) =>
  fetch(`${api.url}/trpc/${path}`, {
    method: 'POST',
    body: '{}',
    ...init,
    headers: { ...asAdmin, 'content-type': 'application/json', ...Object(init.headers) },
  });

it.each<[string, number, () => Promise<Response>]>([
  ['a batch over the limit', 400, () => post(`${Array(21).fill('users.getById').join(',')}?batch=1`)],
  ['a batch of queries and mutations', 400, () => post('users.getById,users.delete?batch=1')],
  ['an unknown procedure', 404, () => post('users.nothing')],
  ['a mutation by GET', 405, () => fetch(`${api.url}/trpc/users.delete`, { headers: asAdmin })],
  ['another content type', 415, () => post('users.getById', { headers: { 'content-type': 'text/plain' } })],
  ['a body that is too large', 413, () => post('users.getById', { body: 'x'.repeat(70_000) })],
  ['a body that is no JSON', 400, () => post('users.getById', { body: '{' })],
  ['an invalid input', 400, () => post('users.getById')],
])('counts %s', async (_, status, send) => {
  await startWithLimit(3);
  for (let i = 0; i < 3; i++) expect((await send()).status).toBe(status);
  const rejected = await send();
  expect(rejected.status).toBe(429);
  expect(Number(rejected.headers.get('retry-after'))).toBeGreaterThan(50);
  expect(api.database.counts).toEqual({});
});

it('counts a call that lacks its permission', async () => {
  await startWithLimit(4);
  const headers = await headersOf({});
  const list = async () => (await fetch(`${api.url}/trpc/users.list`, { headers })).status;
  expect([await list(), await list(), await list(), await list()]).toEqual([403, 403, 429, 429]); // 2 each
});

it('charges after a call for the capacity units that it consumed, 10 for each point', async ({ task, skip }) => {
  skip(task.file.projectName === 'dynamodb-local', 'DynamoDB Local reports a transaction of 100 actions as 2 units');
  await startWithLimit(22);
  const { documentClient: client, tableName } = api;
  const users = new UserService({ model: new UserModel({ client, tableName }) });
  const list = Array.from({ length: 30 }, (_, n) => ({ email: `${n}@example.com`, name: 'Somebody' }));
  const ids = (await users.createUsers(list)).success.map(({ id }) => id);
  expect((await api.client.users.batchDelete.mutate({ ids })).success).toHaveLength(30); // 10, and 11 more for 210 units
  expect(await errorOf(api.client.users.list.query())).toMatchObject({ code: 'TOO_MANY_REQUESTS' }); // 2
});

it('charges nothing more for calls that consume what their cost pays for', async () => {
  await startWithLimit(23);
  expect((await getById(20)).status).toBe(404); // 20
  for (let n = 0; n < 3; n++) expect((await getById(1)).status).toBe(404);
  expect((await getById(1)).status).toBe(429);
});
