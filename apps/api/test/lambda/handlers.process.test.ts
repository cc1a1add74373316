import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { delayingProxy } from '../delaying-proxy.js';
import { asAdmin, headersOf } from '../local-tokens.js';
import { jsonOf, type LambdaApi, lambdaApi } from './lambda-api.js';

beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

let api: LambdaApi;
beforeAll(async () => {
  if (inject('endpoint')) api = await lambdaApi({ CORS_ORIGINS: 'https://app.example.com' });
});
afterAll(() => api?.stop());

const newUser = () => ({ email: `${randomUUID()}@example.com`, name: 'Ada, "the" first' });
const call = (path: string, input: object, more = {}) =>
  api.invoke({ rawPath: `/trpc/${path}`, body: JSON.stringify(input), headers: asAdmin, ...more });

describe('a function behind an HTTP API', () => {
  it('runs a call, and logs it with the ids of Lambda and of the gateway', async () => {
    const answer = await call('users.create', newUser());
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: false, cookies: [] });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
    });
    for (const name of ['connection', 'keep-alive', 'content-length', 'transfer-encoding', 'date'])
      expect(answer.headers).not.toHaveProperty(name);
    const ids = { invocationId: expect.stringMatching(/^invocation-/), gatewayRequestId: 'JKJaXmPLvHcESHA=' };
    const requestId = answer.headers?.['x-request-id'];
    expect(api.lines.find(({ message }) => message === 'users.create')).toMatchObject({ requestId, ...ids });
    expect(api.audit.at(-1)).toMatchObject({ requestId, ...ids, sourceAddress: '192.0.2.1' });
  });

  it('ends a subscription before the invocation times out, although the response is buffered', async () => {
    const streaming = await lambdaApi({ DYNAMODB_STREAM: 'on' });
    try {
      const parts = { rawPath: '/trpc/users.changes', rawQueryString: 'input=%7B%7D', method: 'GET', headers: asAdmin };
      expect(await streaming.invoke(parts, 2500)).toMatchObject({ statusCode: 200 });
    } finally {
      await streaming.stop();
    }
  });

  it('runs a batch by GET, whose query has commas and quotes in its JSON', async () => {
    const users = await Promise.all(
      [newUser(), newUser()].map(async (user) => jsonOf(await call('users.create', user))),
    );
    const inputs = Object.fromEntries(users.map(({ result }, i) => [i, { id: result.data.id }]));
    const answer = await api.invoke({
      rawPath: '/trpc/users.getById,users.getById',
      rawQueryString: `batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`,
      headers: asAdmin,
    });
    expect(answer.statusCode).toBe(200);
    expect(jsonOf(answer)).toEqual(users);
  });

  it('runs a batch by POST behind a stage, with a body in Base64', async () => {
    const body = Buffer.from(JSON.stringify({ 0: newUser(), 1: newUser() })).toString('base64');
    const answer = await call(
      '',
      {},
      {
        stage: 'prod',
        rawPath: '/prod/trpc/users.create,users.create',
        rawQueryString: 'batch=1',
        body,
        isBase64Encoded: true,
      },
    );
    expect(jsonOf(answer)).toMatchObject([{ result: { data: { version: 1 } } }, { result: { data: { version: 1 } } }]);
  });

  it.each([
    ['bytes that are not UTF-8', 400, { body: Buffer.from([34, 255, 34]).toString('base64'), isBase64Encoded: true }],
    ['another content type', 415, { body: 'a=1', headers: { ...asAdmin, 'content-type': 'text/plain' } }],
    ['a body over 64 KiB', 413, { body: JSON.stringify({ name: 'x'.repeat(66_000) }) }],
    ['headers over 16 KiB', 431, { headers: { ...asAdmin, 'x-long': 'y'.repeat(17_000) } }],
    ['a header that HTTP does not allow', 400, { headers: { ...asAdmin, 'x-bad': 'a\nb: c' } }],
    ['a method that HTTP does not allow', 400, { method: 'GET /' }],
    ['an unknown expectation', 417, { headers: { ...asAdmin, expect: 'tea' } }],
    ['a host with credentials', 400, { headers: { ...asAdmin, host: 'a:b@example.com' } }],
    ['a path that cannot be decoded', 400, { rawPath: '/trpc/%zz' }],
    ['an unknown path', 404, { rawPath: '/unknown' }],
    ['no token', 401, { headers: {} }],
    ['two tokens, joined by the gateway', 401, { headers: { authorization: `${asAdmin.authorization},Bearer x` } }],
  ])('rejects %s with %i, in the shape of all errors', async (_, status, parts) => {
    const answer = await call('users.create', {}, parts);
    expect(answer.statusCode).toBe(status);
    expect(jsonOf(answer)).toMatchObject({ error: { data: { httpStatus: status, requestId: expect.any(String) } } });
    expect(answer.headers).toMatchObject({ 'x-request-id': expect.any(String), 'x-frame-options': 'SAMEORIGIN' });
  });

  it('records a caller without permission by the IPv6 address that the gateway saw, before it returns', async () => {
    const headers = { ...(await headersOf({ sub: 'grace' })), 'x-forwarded-for': '203.0.113.9' };
    const before = api.audit.length;
    const answer = await call('users.count', {}, { headers, sourceIp: '2001:db8::7' });
    expect(answer.statusCode).toBe(403);
    expect(api.audit.slice(before)).toMatchObject([
      { event: 'security', subject: 'grace', sourceAddress: '2001:db8::7' },
    ]);
  });

  it('records a request without a token before it returns', async () => {
    const before = api.audit.length;
    await api.invoke({ rawPath: '/trpc/users.count' });
    expect(api.audit.slice(before)).toMatchObject([{ status: 401, sourceAddress: '192.0.2.1' }]);
  });

  it('answers the preflight request of a page', async () => {
    const answer = await api.invoke({
      method: 'OPTIONS',
      rawPath: '/trpc/users.list',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    });
    expect(answer).toMatchObject({ statusCode: 204, body: '' });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': 'https://app.example.com' });
  });

  it('reports its health', async () => {
    for (const rawPath of ['/livez', '/readyz'])
      expect(await api.invoke({ rawPath })).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
  });

  it('serves concurrent invocations', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('users.create', newUser())));
    expect(new Set(answers.map((answer) => jsonOf(answer).result.data.id)).size).toBe(20);
  });
});

describe('the deadline of a call', () => {
  it('is that of the invocation, minus the time for the response, if less than 5 s are left', async () => {
    const proxy = await delayingProxy(inject('endpoint') as string, 60_000);
    const slow = await lambdaApi({ AWS_ENDPOINT_URL: proxy.url });
    try {
      const answer = await slow.invoke(
        { rawPath: '/trpc/users.getById', body: '{"id":"nobody"}', headers: asAdmin },
        400, // of which 300 are for the answer
      );
      expect(jsonOf(answer)).toMatchObject({ error: { data: { code: 'TIMEOUT' } } });
      const { error } = slow.lines.find(({ message }) => message === 'users.getById') as { error?: Error };
      const [, deadlineMs] = /within its deadline of ([\d.]+) ms/.exec(error?.message ?? '') ?? [];
      expect(Number(deadlineMs)).toBeLessThanOrEqual(100);
    } finally {
      proxy.stop();
      await slow.stop();
    }
  });
});
