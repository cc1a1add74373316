import { afterEach, expect, it, vi } from 'vitest';
import { subscriptionLimit } from '../../src/live/subscription-limit.js';
import { concurrencyLimit } from '../../src/load/concurrency-limit.js';
import { keyedQueue } from '../../src/load/keyed-queue.js';
import { singleFlight } from '../../src/load/single-flight.js';
import { makeServices } from '../../src/services.js';
import { apiLogger } from '../../src/telemetry/logger.js';
import { roleSources } from '../../src/trpc/access.js';
import { createContext } from '../../src/trpc/context.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';

afterEach(() => {
  vi.useRealTimers();
});

it('gives all that the calls of a request do one deadline of 5 s', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const deadlines: unknown[] = [];
  const { signal } = new AbortController();
  const actor = { subject: 'ada', permissions: new Set<never>(), claims: { iss: 'https://login.example.com/' } };
  const context = createContext(
    { source: { id: 'x', ip: '127.0.0.1', headers: {} }, actor, signal, isBatch: false },
    {
      logger: apiLogger(capturedLogger().logger),
      audit: capturedTrail().audit,
      services: () => makeServices(),
      roleSources: roleSources(),
      subjectToUserId: async (_claims, _users, { deadlineMs }) => {
        deadlines.push(deadlineMs);
        return null;
      },
      limit: concurrencyLimit(),
      writes: keyedQueue(),
      live: undefined,
      subscriptions: subscriptionLimit(),
      metrics: undefined,
      userReads: singleFlight(),
      ownUserReads: singleFlight(),
    },
  );
  await context.ownUserId();
  vi.advanceTimersByTime(4000);
  await context.ownUserId();
  expect(deadlines).toEqual([5000, 1000]);
  expect(context.options(signal)).toEqual({ signal, deadlineMs: 1000 });
  vi.advanceTimersByTime(2000);
  expect(context.remainingMs()).toBe(0);
});
