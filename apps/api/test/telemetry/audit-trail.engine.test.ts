import { readFile } from 'node:fs/promises';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rateLimit } from '../../src/app.js';
import type { AppRouter } from '../../src/index.js';
import { auditTrail } from '../../src/telemetry/audit-trail.js';
import { asAdmin, headersOf } from '../local-tokens.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

/** The line that the documents show. */
async function documentedLine(): Promise<object> {
  const operations = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  return JSON.parse(/```json\n(.*?)```/s.exec(operations)?.[1] ?? '');
}
/** What differs from it in each line. */
const different = {
  timestamp: expect.any(String),
  service: 'api-test',
  issuer: expect.any(String),
  subject: expect.any(String),
  sourceAddress: '127.0.0.1',
  requestId: expect.any(String),
  writes: [{ entity: 'User', id: expect.any(String), versionBefore: 1, versionAfter: 2 }],
};

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;

describe('the audit trail', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await runningApi();
  });
  afterEach(() => api.stop());

  const create = (email: string) => api.client.users.create.mutate({ email, name: 'Zoe' });
  const lastWrites = () => api.audit.at(-1)?.writes;

  it('has a line for each mutation before its answer: who, whence, what, versions and outcome', async () => {
    const { id } = await create('zoe@example.com');
    expect(api.audit.at(-1)).toEqual({
      level: 'INFO',
      message: 'users.create',
      timestamp: expect.any(String),
      service: 'api-test',
      sampling_rate: 0,
      stream: 'audit',
      event: 'mutation',
      procedure: 'users.create',
      outcome: 'OK',
      issuer: expect.any(String),
      subject: expect.any(String),
      sourceAddress: '127.0.0.1',
      requestId: expect.stringMatching(uuid),
      writes: [{ entity: 'User', id, versionAfter: 1 }],
    });
    const data = { name: 'Zoë' };
    await api.client.users.update.mutate({ id, data });
    expect(lastWrites()).toEqual([{ entity: 'User', id, versionBefore: 1, versionAfter: 2 }]);
    expect(api.audit.at(-1)).toEqual({ ...(await documentedLine()), ...different });
    await api.client.users.update.mutate({ id: `USER#${id}`, data: { email: 'zoe2@example.com' } });
    expect(lastWrites()).toEqual([{ entity: 'User', id, versionBefore: 2, versionAfter: 3 }]);
    await api.client.users.update.mutate({ id, data: {} });
    expect(lastWrites()).toEqual([]); // no change, no write
    await errorOf(api.client.users.update.mutate({ id, data, expectedVersion: 1 }));
    expect(api.audit.at(-1)).toMatchObject({ outcome: 'CONFLICT', reason: 'VERSION_CONFLICT', writes: [] });
    await errorOf(api.client.users.update.mutate({ id: 'nobody', data }));
    expect(api.audit.at(-1)).toMatchObject({ outcome: 'NOT_FOUND', writes: [] });
    await api.client.users.delete.mutate({ id });
    expect(lastWrites()).toEqual([{ entity: 'User', id, versionBefore: 3 }]);
    expect(api.audit).toHaveLength(7);
    expect(JSON.stringify(api.audit)).not.toMatch(/zo[eë]\d?@|Zo[eë]"/i);
  });

  it('names every entity of a batch delete, and none that was not there', async () => {
    const ids = await Promise.all(['a', 'b', 'c'].map(async (name) => (await create(`${name}@example.com`)).id));
    await api.client.users.batchDelete.mutate({ ids: [...ids, 'nobody'] });
    expect(api.audit.at(-1)?.writes).toHaveLength(3);
    expect(api.audit.at(-1)).toMatchObject({
      procedure: 'users.batchDelete',
      writes: expect.arrayContaining(ids.map((id) => ({ entity: 'User', id, versionBefore: 1 }))),
    });
  });

  it('tells the mutations of one request apart', async () => {
    const users = await Promise.all(
      ['a', 'b', 'c'].map((name) => api.batching.users.create.mutate({ email: `${name}@example.com`, name })),
    );
    const written = api.audit.map(({ writes }) => (writes as { id: string }[]).map(({ id }) => id));
    expect(written.sort()).toEqual(users.map(({ id }) => [id]).sort());
    expect(new Set(api.audit.map(({ requestId }) => requestId)).size).toBe(1);
  });

  it('says what may have been written if the outcome is unknown', async () => {
    const { id } = await create('zoe@example.com');
    api.database.setRules([{ fault: 'hang', operation: 'UpdateItem' }]);
    await errorOf(api.client.users.update.mutate({ id, data: { name: 'x' } }));
    expect(api.audit.at(-1)).toMatchObject({
      reason: 'OUTCOME_UNKNOWN',
      writes: [{ entity: 'User', id, isUncertain: true }],
    });
  });

  it('has the request id of the caller beside ours', async () => {
    const headers = { ...asAdmin, 'x-request-id': 'same-for-both' };
    const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers })] });
    await errorOf(client.users.delete.mutate({ id: 'x' }));
    await errorOf(client.users.delete.mutate({ id: 'x' }));
    expect(api.audit.map(({ callerRequestId }) => callerRequestId)).toEqual(['same-for-both', 'same-for-both']);
    expect(new Set(api.audit.map(({ requestId }) => requestId)).size).toBe(2);
  });

  it('has no line for reads', async () => {
    await api.client.users.list.query();
    await api.client.users.count.query();
    await errorOf(api.client.users.getById.query({ id: 'x' }));
    expect(api.audit).toEqual([]);
  });

  it('has the lines of security events: rejected tokens and why, missing permissions, rates', async () => {
    await api.stop();
    api = await runningApi({ rateLimit: rateLimit(3) });
    const call = async (headers: Record<string, string>) =>
      (await fetch(`${api.url}/trpc/users.count`, { headers })).status;
    expect(await call({})).toBe(401);
    expect(await call(await headersOf({ aud: 'zoe@example.com', sub: 'zoe@example.com' }))).toBe(401);
    const nobody = await headersOf({ sub: 'nobody' });
    const statuses = [await call(nobody), await call(nobody), await call(nobody)];
    expect(new Set(statuses)).toEqual(new Set([403, 429]));
    await expect.poll(() => api.audit.length).toBeGreaterThan(2 + statuses.indexOf(429));
    const common = { level: 'WARN', event: 'security', sourceAddress: '127.0.0.1', requestId: expect.any(String) };
    expect(api.audit).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...common, message: 'unauthorized', status: 401, route: '/trpc/:path' }),
        expect.objectContaining({ ...common, status: 401, claim: 'aud', reason: 'ERR_JWT_CLAIM_VALIDATION_FAILED' }),
        expect.objectContaining({ ...common, procedure: 'users.count', outcome: 'FORBIDDEN', subject: 'nobody' }),
        expect.objectContaining({ ...common, message: 'rate limited', status: 429, subject: 'nobody' }),
      ]),
    );
    expect(api.audit.filter(({ status }) => status === 429)).toHaveLength(1); // one a second for each caller
    expect(JSON.stringify(api.audit)).not.toContain('zoe');
  });

  it('never turns a committed write into an error', async () => {
    await api.stop();
    const write = () => {
      throw new Error('no space left');
    };
    api = await runningApi({ audit: auditTrail({ serviceName: 'api', write }) });
    expect(await create('zoe@example.com')).toMatchObject({ version: 1 });
  });
});
