import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildApp, rateLimit } from '../../src/app.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';
import { authenticate } from '../local-tokens.js';

describe('/readyz', () => {
  let app: FastifyInstance;
  let checks: number;
  let isReady: () => Promise<unknown>;
  beforeEach(() => {
    checks = 0;
    app = buildApp({
      authenticate,
      audit: capturedTrail().audit,
      logger: capturedLogger().logger,
      rateLimit: rateLimit(20),
      isReady: () => {
        checks++;
        return isReady();
      },
    });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await app.close();
  });
  const ask = async (remoteAddress = '192.0.2.1') => (await app.inject({ url: '/readyz', remoteAddress })).statusCode;

  it('checks the database once a second, however often it is asked', async () => {
    await app.ready();
    vi.useFakeTimers({ toFake: ['performance'] });
    isReady = async () => false;
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([503, 503, 503]);
    isReady = async () => true;
    expect([await ask(), checks]).toEqual([503, 1]);
    vi.advanceTimersByTime(1000);
    expect([await ask(), await ask(), checks]).toEqual([200, 200, 2]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no database'))],
    ['is not ready', async () => false],
    ['does not answer within a second', () => new Promise(() => {})],
  ])('is 503 if the database %s', async (_, check) => {
    isReady = check;
    expect(await ask()).toBe(503);
  });

  it('is counted by network, apart from calls', async () => {
    isReady = async () => true;
    const answers = await Promise.all(Array.from({ length: 22 }, () => ask()));
    expect(answers.filter((status) => status === 429)).toHaveLength(2);
    expect(await ask('192.0.2.2')).toBe(200);
    expect((await app.inject({ url: '/trpc/users.count', remoteAddress: '192.0.2.1' })).statusCode).toBe(401);
    const { headers } = await app.inject({ url: '/readyz', remoteAddress: '192.0.2.1' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(1);
  });
});
