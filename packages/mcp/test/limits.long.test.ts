import { rateLimit } from '@aws-starter-kit/api/app';
import { appRouter } from '@aws-starter-kit/api/router';
import { expect, it, onTestFinished } from 'vitest';
import { capturedTrail } from '../../../apps/api/test/captured-trail.js';
import { apiOnOwnEngine } from '../../../test/api-on-own-engine.js';
import { call, connectTo, endpointOf, failureOf } from './connected-client.js';

type Settings = Parameters<typeof apiOnOwnEngine>[0];

/** Starts an API and an endpoint of its own. */
async function started(settings?: Settings) {
  const api = await apiOnOwnEngine(settings);
  onTestFinished(() => api.stop());
  return { api, url: await endpointOf({ router: appRouter, url: api.url, deadlineMs: 10_000 }) };
}

it('callers have the rate limit of the API', async () => {
  const { api, url } = await started({ rateLimit: rateLimit(8) });
  const client = await connectTo(url, api.token);
  await call(client, 'users_list');
  expect(await failureOf(client, 'users_count')).toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    retryAfterSeconds: expect.any(Number),
    next: expect.stringContaining('retryAfterSeconds'),
  });
});

it('callers learn that the API does not answer', async () => {
  const api = await apiOnOwnEngine();
  const url = await endpointOf({ router: appRouter, url: api.url, deadlineMs: 5_000, allowWrites: true });
  const client = await connectTo(url, api.token);
  await api.stop();
  // each call retries until the deadline, which has to leave time for the last attempt on a busy machine
  const [ofRead, ofWrite] = await Promise.all([
    failureOf(client, 'users_count'),
    failureOf(client, 'users_create', { email: 'ada@example.com', name: 'Ada' }),
  ]);
  expect(ofRead).toMatchObject({
    code: 'UNREACHABLE',
    message: `The API at ${api.url} did not answer (ECONNREFUSED)`,
  });
  expect(ofWrite).toMatchObject({ reason: 'OUTCOME_UNKNOWN', idempotencyKey: expect.stringMatching(/^[\da-f]{32}$/) });
});

it('a rejected token counts for the address of its client, if the API trusts the endpoint', async () => {
  const { audit, trail } = capturedTrail();
  const { url } = await started({ trustProxy: ['127.0.0.1'], audit });
  const headers = { authorization: 'Bearer x', 'x-forwarded-for': '203.0.113.7' };
  expect((await fetch(url, { method: 'POST', headers })).status).toBe(401);
  expect(JSON.stringify(trail)).toContain('203.0.113.7');
});
