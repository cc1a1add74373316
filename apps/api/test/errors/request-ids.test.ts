import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp, rateLimit } from '../../src/app.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';
import { asAdmin, authenticate } from '../local-tokens.js';
import { rawHttp } from '../raw-http.js';

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;

describe('each error has the id of its request', () => {
  let app: FastifyInstance;
  let url: string;
  const { logger, lines } = capturedLogger();
  beforeAll(async () => {
    app = buildApp({
      authenticate,
      audit: capturedTrail().audit,
      logger,
      rateLimit: rateLimit(1000),
      isReady: async () => true,
    });
    app.get('/broken', () => {
      throw new Error('inside');
    });
    url = await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => app.close());

  const request = (line: string, ...headers: string[]) =>
    [`${line} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n');
  const token = `Authorization: ${asAdmin.authorization}`;
  const json = 'Content-Type: application/json';
  const many = Array.from({ length: 21 }, () => 'users.count').join(',');
  const withBody = (line: string, body: string, ...headers: string[]) =>
    request(line, token, ...headers, `Content-Length: ${body.length}`) + body;

  it.each([
    ['an unknown route', 404, request('GET /nowhere')],
    ['another method', 404, request('DELETE /trpc/users.count', token)],
    ['a path that cannot be decoded', 400, request('GET /trpc/%ZZ', token)],
    ['a query that cannot be decoded', 400, request('GET /trpc/users.list?input=%ZZ', token)],
    ['a request without a token', 401, request('GET /trpc/users.count')],
    ['a token that is not valid', 401, request('GET /trpc/users.count', 'Authorization: Bearer x')],
    ['an unknown procedure', 404, request('GET /trpc/users.nothing', token)],
    ['a mutation by GET', 405, request('GET /trpc/users.delete', token)],
    ['a batch over the limit', 400, request(`GET /trpc/${many}?batch=1`, token)],
    ['an input that is not valid', 400, request('GET /trpc/users.getById', token)],
    ['an input that is not JSON', 400, withBody('POST /trpc/users.create', '{', json)],
    ['a batch that is not an object', 400, withBody('POST /trpc/users.create?batch=1', '7', json)],
    ['a stream of an unknown procedure', 200, request('GET /trpc/x?batch=1', token, 'trpc-accept: application/jsonl')],
    ['another content type', 415, withBody('POST /trpc/users.create', 'x', 'Content-Type: text/plain')],
    ['a body without a type', 415, withBody('POST /trpc/users.create', 'x')],
    ['a body over the limit', 413, withBody('POST /trpc/users.create', 'x'.repeat(70_000), json)],
    ['a failure of a route', 500, request('GET /broken')],
    ['headers over the limit', 431, request('GET /livez', `X: ${'x'.repeat(20_000)}`)],
    ['no Host header', 400, 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a Host header that is not valid', 400, 'GET /livez HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    ['bytes that are no HTTP', 400, '\x16\x03\x01 hello\r\n\r\n'],
    ['an unknown method', 400, request('ZOE /livez')],
    ['an unknown expectation', 417, request('GET /livez', 'Expect: miracles')],
    ['two lengths', 400, request('POST /trpc/users.create', 'Content-Length: 1', 'Content-Length: 2')],
    ['a length beside chunks', 400, withBody('POST /trpc/users.create', '{}', json, 'Transfer-Encoding: chunked')],
  ])('%s', async (_, status, text) => {
    const answer = await rawHttp(url, text);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [, id] = /^x-request-id: (.*)$/im.exec(head) ?? [];
    expect(id).toMatch(uuid);
    expect(body).toContain(`"requestId":"${id}"`);
    expect(head).toMatch(/^cache-control: no-store$/im);
    expect(head).toMatch(/^content-type: application\/json/im);
    expect(head).not.toMatch(/^(set-cookie|location|server|x-powered-by):/im);
    expect(lines.some(({ requestId }) => requestId === id)).toBe(true);
  });

  it('an id of the caller never takes the place of ours', async () => {
    const { headers } = await app.inject({ url: '/livez', headers: { 'x-request-id': 'trace-1' } });
    expect(headers['x-request-id']).toMatch(uuid);
  });
});
