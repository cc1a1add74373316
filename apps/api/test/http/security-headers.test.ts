import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/app.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';
import { asAdmin, authenticate } from '../local-tokens.js';

describe('security headers', () => {
  let app: FastifyInstance;
  beforeEach(() => {
    app = buildApp({ authenticate, audit: capturedTrail().audit, logger: capturedLogger().logger });
  });
  afterEach(() => app.close());

  it.each([
    ['health', '/livez', 200],
    ['an unknown route', '/no-such-route', 404],
    ['a call without a token', '/trpc/users.count', 401],
    ['a call that fails', '/trpc/users.getById?input=%7B%7D', 400],
  ])('are in the answer to %s', async (_, url, status) => {
    const { statusCode, headers } = await app.inject({ url, headers: status === 401 ? {} : asAdmin });
    expect(statusCode).toBe(status);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    });
  });

  it('do not name the server', async () => {
    const { headers } = await app.inject({ url: '/livez' });
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('pages of other origins', () => {
  const ask = async (corsOrigins: string[], method: 'OPTIONS' | 'GET', origin: string) => {
    const app = buildApp({ authenticate, audit: capturedTrail().audit, corsOrigins, logger: capturedLogger().logger });
    const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    const { statusCode, headers } = await app.inject({
      method,
      url: '/trpc/users.count',
      headers: { origin, ...preflight },
    });
    await app.close();
    return { statusCode, origin: headers['access-control-allow-origin'], headers };
  };

  it('may not call', async () => {
    expect((await ask([], 'OPTIONS', 'https://app.example')).statusCode).toBe(404);
    expect((await ask([], 'GET', 'https://app.example')).origin).toBeUndefined();
  });

  it('may call if their origin is listed, without cookies', async () => {
    const { statusCode, origin, headers } = await ask(['https://app.example'], 'OPTIONS', 'https://app.example');
    expect([statusCode, origin]).toEqual([204, 'https://app.example']);
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    expect((await ask(['https://app.example'], 'OPTIONS', 'https://evil.example')).origin).toBeUndefined();
  });

  it('get answers that no cache gives to another origin', async () => {
    const corsOrigins = ['https://app.example', 'https://other.example'];
    const app = buildApp({
      authenticate,
      audit: capturedTrail().audit,
      corsOrigins,
      logger: capturedLogger().logger,
      isReady: async () => true,
    });
    const headers = { origin: 'https://app.example', ...asAdmin };
    for (const url of ['/livez', '/nowhere', '/trpc/users.getById', '/trpc/users.nothing']) {
      const { vary } = (await app.inject({ url, headers })).headers;
      expect(String(vary).split(', '), url).toContain('Origin');
    }
    const call = await app.inject({ url: '/trpc/users.getById', headers });
    expect(call.headers.vary).toBe('trpc-accept, accept, Origin');
    await app.close();
  });
});
