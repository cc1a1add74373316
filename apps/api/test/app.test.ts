import { createTRPCClient, httpLink } from '@trpc/client';
import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApp, makeServices } from '../src/app.js';
import type { AppRouter } from '../src/index.js';
import { capturedLogger } from './captured-logger.js';
import { capturedTrail } from './captured-trail.js';
import { asAdmin, authenticate } from './local-tokens.js';
import { rawHttp } from './raw-http.js';
import { errorOf } from './running-api.js';

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;
const token = `Authorization: ${asAdmin.authorization}\r\n`;
const json = { 'content-type': 'application/json' };

describe('HTTP', () => {
  let app: FastifyInstance;
  let url: string;
  /** Services that were created: one for each request that reaches a procedure. */
  let services: number;
  const { logger, lines } = capturedLogger();
  beforeAll(async () => {
    app = buildApp({
      logger,
      authenticate,
      services: () => {
        services++;
        return makeServices();
      },
      isReady: async () => true,
    });
    url = await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    services = 0;
    lines.length = 0;
  });

  const post = (path: string, body: string | null, headers: Record<string, string> = json) =>
    fetch(`${url}/trpc/${path}`, { method: 'POST', body, headers: { ...asAdmin, ...headers } });
  const get = (path: string) => fetch(url + path, { headers: asAdmin });

  it('answers /livez and /readyz', async () => {
    for (const path of ['/livez', '/readyz']) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: 'ok' });
    }
  });

  it('accepts only JSON, and runs nothing for other types', async () => {
    const form = new FormData();
    form.set('ids', 'x');
    const multipart = await fetch(`${url}/trpc/users.batchDelete`, { method: 'POST', body: form, headers: asAdmin });
    expect(multipart.status).toBe(415);
    expect(await multipart.json()).toMatchObject({
      error: { data: { code: 'UNSUPPORTED_MEDIA_TYPE', requestId: expect.stringMatching(uuid) } },
    });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/octet-stream',
      'application/jsonx',
      'multipart/form-data; boundary=x',
    ]) {
      const response = await post('users.batchDelete', '{"ids":["x"]}', { 'content-type': type });
      expect(response.status).toBe(415);
    }
    expect(services).toBe(0);
  });

  it('answers 400 to a body that is not JSON', async () => {
    const response = await post('users.create', '{"email": ');
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toBe('The URL or the JSON of the request is damaged');
  });

  it('rejects a body over its limit', async () => {
    const response = await post('users.create', JSON.stringify('x'.repeat(65_536)));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { data: { code: 'PAYLOAD_TOO_LARGE' } } });
  });

  it('answers 400 to a query that is not JSON', async () => {
    expect((await get('/trpc/users.getById?input={')).status).toBe(400);
  });

  it('answers 404 to unknown procedures and unknown routes', async () => {
    const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers: asAdmin })] });
    // @ts-expect-error there is no such procedure
    expect(await errorOf(client.users.drop.query())).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no such procedure',
    });
    for (const path of ['/', '/trpc', '/trpc/users/list', '/users', '/metrics', '/.env']) {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { message: 'Not Found', data: { code: 'NOT_FOUND' } } });
    }
  });

  it.each([
    '__proto__',
    'constructor',
    'users.__proto__',
    'users.constructor',
    'toString',
    'users',
    '.',
    'users.',
    ',',
  ])('finds no procedure named %s', async (path) => {
    expect((await get(`/trpc/${path}`)).status).toBe(404);
    expect((await post(path, '{}')).status).toBe(404);
  });

  it.each(['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'])('has no route for %s', async (method) => {
    const answer = await rawHttp(
      url,
      `${method} /trpc/users.count HTTP/1.1\r\nHost: x\r\n${token}Connection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 (404|400)/);
    expect(services).toBe(0);
  });

  it('accepts mutations by POST only, and queries by GET or POST', async () => {
    expect((await get(`/trpc/users.delete?input=${encodeURIComponent('{"id":"x"}')}`)).status).toBe(405);
    const asked = services;
    // both wait for their deadline, since there is no database
    const answers = await Promise.all([post('users.count', null), get('/trpc/users.count')]);
    expect(answers.map(({ status }) => status)).not.toContain(405);
    expect(services).toBe(asked + 2);
  });

  it.each(['a b', '[', 'x:99999', '%', 'a@b@c', '<script>', '\u0001'])(
    'answers the Host header %j with 400',
    async (host) => {
      const answer = await rawHttp(
        url,
        `GET /trpc/users.nothing HTTP/1.1\r\nHost: ${host}\r\n${token}Connection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 400/);
    },
  );

  it('decodes a path once', async () => {
    for (const path of ['users.getById,users.getById', 'users%2EgetById%2Cusers.getById'])
      expect(await (await get(`/trpc/${path}?batch=1`)).json()).toHaveLength(2);
    expect(services).toBe(2);
    for (const path of ['users%252EgetById', 'users.getById%252Cusers.getById?batch=1', 'users.getById%25'])
      expect((await get(`/trpc/${path}`)).status).toBe(400);
    expect(services).toBe(2);
  });

  const oddPaths = [
    '/trpc/%',
    '/trpc/%ZZ',
    '/trpc/%E0%A4%A',
    '/trpc/users.count?input=%',
    '/trpc/%00',
    `/trpc/${'a,'.repeat(5000)}`,
    '//',
    '/trpc//',
    '/%2e%2e/trpc/users.count',
    'http://a@b/trpc/users.count',
    'http://x/trpc/users.count',
    '*',
  ];
  it.each(oddPaths.map((path) => ({ path, title: path.slice(0, 40) })))(
    'answers 4xx to the path $title',
    async ({ path }) => {
      const answer = await rawHttp(url, `GET ${path} HTTP/1.1\r\nHost: x\r\n${token}Connection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 4\d\d/);
      expect(answer).not.toMatch(/node_modules|at .*\.[jt]s|FST_/);
    },
  );

  it('logs the route of a request, never its path', async () => {
    // a name that no request id can contain: ids are hexadecimal
    await get(`/trpc/users.getById?input=${encodeURIComponent('{"email":"grace@example.com"}')}`);
    for (const path of ['/grace@example.com', '/trpc/grace', '/trpc/users.getByEmail;grace', '/trpc/users/grace%40x'])
      await get(path);
    const requests = lines.filter(({ message }) => message === 'request');
    expect(requests.map(({ route, status }) => [route, status])).toEqual([
      ['/trpc/:path', 400],
      [undefined, 404],
      ['/trpc/:path', 404],
      ['/trpc/:path', 404],
      [undefined, 404],
    ]);
    expect(requests.at(-1)).toMatchObject({ method: 'GET', requestId: expect.stringMatching(uuid) });
    expect(JSON.stringify(lines)).not.toMatch(/grace/);
  });

  it('logs probes at DEBUG only', async () => {
    await fetch(`${url}/livez`);
    expect(lines.map(({ level }) => level)).toEqual(['DEBUG']);
  });
});

it('a closing app is alive but not ready, serves while it drains, and marks each answer as the last', async () => {
  const app = buildApp({
    authenticate,
    audit: capturedTrail().audit,
    logger: capturedLogger().logger,
    isReady: async () => true,
    drainMs: 1500,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const ask = async (path: string) => {
    const { status, headers } = await fetch(url + path);
    return [status, headers.get('connection')];
  };
  expect(await ask('/readyz')).toEqual([200, 'keep-alive']);
  const closed = app.close();
  expect(await ask('/readyz')).toEqual([503, 'close']);
  expect(await ask('/livez')).toEqual([200, 'close']);
  expect(await ask('/trpc/users.count')).toEqual([401, 'close']);
  await closed;
  await expect(ask('/livez')).rejects.toThrow('fetch failed');
});

it('an added route gets its query string parsed as Fastify parses it', async () => {
  const app = buildApp({ authenticate, audit: capturedTrail().audit, logger: capturedLogger().logger });
  app.get('/own', ({ query }) => query as object);
  for (const query of ['', 'a=1&a=2&b=%C3%A4+%2B', 'input=1&c', 'batch=1&x=%']) {
    const given = await app.inject(`/own?${query}`);
    const plain = fastify();
    plain.get('/own', ({ query }) => query as object);
    expect(given.json()).toEqual((await plain.inject(`/own?${query}`)).json());
  }
});
