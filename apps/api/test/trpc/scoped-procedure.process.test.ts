import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { makeServices, procedure, router, type Services } from '../../src/app.js';
import { callerOf } from '../../src/auth/jwt-authentication.js';
import type { Context } from '../../src/trpc/context.js';
import { IssueModel, type IssuesApi, inOrganisation, issuesApi } from '../issues-api.js';
import { headersOf } from '../local-tokens.js';
import { errorOf, runningApi } from '../running-api.js';

let api: IssuesApi;
beforeAll(async () => {
  api = await issuesApi();
});
afterAll(() => api.stop());

/** Subjects and organisations of a test of its own. */
let [ada, acme, other] = ['', '', ''];
beforeEach(() => {
  [ada, acme, other] = ['ada', 'acme', 'other'].map((name) => `${name}-${crypto.randomUUID()}`) as [
    string,
    string,
    string,
  ];
  api.memberships.set(ada, { [acme]: 'member' });
  api.reads.length = 0;
  api.beforeRead = async () => {};
});
const issueOf = (organisationId: string) =>
  new IssueModel(api.table).create({ organisationId, title: 'Printer on fire' });

describe('a procedure within a scope', () => {
  it('reaches only entities of the scope that its input names', async () => {
    api.memberships.set(ada, { [acme]: 'admin', [other]: 'admin' });
    const [mine, theirs] = [await issueOf(acme), await issueOf(other)];
    const { issues } = await api.clientOf(ada);
    expect(await issues.list.query({ organisationId: acme })).toMatchObject([{ id: mine.id }]);
    const foreign = { organisationId: acme, id: theirs.id };
    for (const call of [
      () => issues.getById.query(foreign),
      () => issues.update.mutate({ ...foreign, title: 'Mine' }),
      () => issues.delete.mutate(foreign),
    ])
      expect(await errorOf(call())).toMatchObject({ code: 'NOT_FOUND' });
    expect(await issues.getById.query({ organisationId: other, id: theirs.id })).toMatchObject({ title: theirs.title });
  });

  it('rejects a stranger in the same way, whether the organisation exists or not, without a request to the database', async () => {
    const { id } = await issueOf(other);
    const { issues } = await api.clientOf(ada);
    const before = api.database.requests.length;
    const { requestId: _1, ...real } = await errorOf(issues.getById.query({ organisationId: other, id }));
    const { requestId: _2, ...unreal } = await errorOf(issues.getById.query({ organisationId: 'nowhere', id }));
    expect(real).toMatchObject({ code: 'FORBIDDEN', httpStatus: 403, reason: 'NOT_A_MEMBER' });
    expect(unreal).toEqual(real);
    for (const organisationId of ['__proto__', 'constructor', `${acme} `, `ORGANISATION#${acme}`])
      expect(await errorOf(issues.list.query({ organisationId }))).toMatchObject({ reason: 'NOT_A_MEMBER' });
    expect(api.database.requests.length).toBe(before);
  });

  it('tells a member which role is missing', async () => {
    const { id } = await issueOf(acme);
    const { issues } = await api.clientOf(ada);
    expect(await errorOf(issues.delete.mutate({ organisationId: acme, id }))).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'ROLE_TOO_LOW',
      message: 'This needs the role admin in the organisation: yours is member',
    });
  });

  it('needs the permission of the token, whatever the role, and looks up no roles without it', async () => {
    api.memberships.set(ada, { [acme]: 'admin' });
    const { issues } = await api.clientOf(ada, { scope: 'issues:read' });
    expect(await issues.list.query({ organisationId: acme })).toEqual([]);
    api.reads.length = 0;
    const created = issues.create.mutate({ organisationId: acme, title: 'x' });
    expect(await errorOf(created)).toMatchObject({ reason: 'MISSING_PERMISSION' });
    expect(api.reads).toEqual([]);
  });

  it('rejects an input that names no scope, with the name of the field', async () => {
    for (const organisationId of [undefined, '', null, 7, ['acme'], { eq: 'acme' }]) {
      const { issues } = await api.clientOf(ada);
      const error = await errorOf(issues.list.query({ organisationId } as { organisationId: string }));
      expect(error).toMatchObject({ code: 'BAD_REQUEST', fieldErrors: { organisationId: [expect.any(String)] } });
    }
  });

  it('records rejected calls in the audit trail, and sends no challenge for another token', async () => {
    const input = encodeURIComponent(JSON.stringify({ organisationId: other }));
    const response = await fetch(`${api.url}/trpc/issues.list?input=${input}`, {
      headers: await headersOf({ sub: ada, scope: 'issues:read' }),
    });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([403, null]);
    expect(api.audit.at(-1)).toMatchObject({ procedure: 'issues.list', outcome: 'FORBIDDEN', reason: 'NOT_A_MEMBER' });
  });

  it('applies a mutation with an idempotency key once', async () => {
    const send = async () =>
      fetch(`${api.url}/trpc/issues.create`, {
        method: 'POST',
        headers: {
          ...(await headersOf({ sub: ada, scope: 'issues:write' })),
          ...{ 'content-type': 'application/json', 'idempotency-key': `"${ada}"` },
        },
        body: JSON.stringify({ organisationId: acme, title: 'Once' }),
      });
    const [first, second] = [await (await send()).json(), await (await send()).json()];
    expect(second).toEqual(first);
    expect(first).toMatchObject({ result: { data: { title: 'Once', organisationId: acme } } });
  });
});

describe('the roles of a caller', () => {
  it('are read once for each organisation of a batch', async () => {
    const { issues } = await api.clientOf(ada, { isBatching: true });
    const all = Array.from({ length: 20 }, (_, i) => issues.list.query({ organisationId: i % 2 ? acme : other }));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(api.reads).toEqual([ada, ada]);
  });

  it('count in each organisation of a batch, although a look-up is sure of the named one only', async () => {
    const joined = await issuesApi({ access: { organisations: async (_, { id }) => ({ [id]: 'viewer' }) } });
    onTestFinished(() => joined.stop());
    const { issues } = await joined.clientOf(ada, { isBatching: true });
    const all = [acme, other, acme].map((organisationId) => issues.list.query({ organisationId }));
    expect(await Promise.all(all)).toEqual([[], [], []]);
  });

  it('are cached for 30 s, and read again if they do not suffice', async () => {
    const { issues } = await api.clientOf(ada);
    for (let i = 0; i < 5; i++) await issues.list.query({ organisationId: acme });
    expect(api.reads).toEqual([ada]);
    api.memberships.set(ada, { [acme]: 'member', [other]: 'viewer' }); // takes effect at once
    expect(await issues.list.query({ organisationId: other })).toEqual([]);
    expect(api.reads).toEqual([ada, ada]);
  });

  it('stay in effect no longer than the limit after they were revoked', async () => {
    const strict = await issuesApi({ maxRoleAgeMs: 0 });
    onTestFinished(() => strict.stop());
    strict.memberships.set(ada, { [acme]: 'member' });
    const { issues } = await strict.clientOf(ada);
    expect(await issues.list.query({ organisationId: acme })).toEqual([]);
    strict.memberships.set(ada, {});
    expect(await errorOf(issues.list.query({ organisationId: acme }))).toMatchObject({ reason: 'NOT_A_MEMBER' });
  });

  it('are not shared by callers with the same subject of different issuers', () => {
    const [one, two] = ['https://one', 'https://two'].map((iss) =>
      callerOf({ subject: ada, permissions: new Set(), claims: { iss } }),
    );
    expect(one).not.toBe(two);
  });

  it('give no access if their look-up fails, and are looked up again by the next call', async () => {
    api.beforeRead = async () => {
      throw new Error('no connection');
    };
    const { issues } = await api.clientOf(ada);
    expect(await errorOf(issues.list.query({ organisationId: acme }))).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    const created = issues.create.mutate({ organisationId: acme, title: 'x' });
    expect(await errorOf(created)).not.toHaveProperty('reason'); // nothing was written
    api.beforeRead = async () => {};
    expect(await issues.list.query({ organisationId: acme })).toEqual([]);
  });

  it('are read before the call acquires a slot: 300 calls with slow reads all get their answers', async () => {
    const ping = inOrganisation.meta({ needs: 'issues:read' }).input(z.strictObject({ organisationId: z.string() }));
    // calls could take all slots, also those of each caller: reads that needed a further one would wait forever
    const busy = await issuesApi({
      router: router({ ping: ping.query(() => 'pong') }),
      ...{ maxConcurrentCalls: 300, maxConcurrentCallsPerCaller: 10 },
    });
    onTestFinished(() => busy.stop());
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    busy.beforeRead = () => released;
    const url = `${busy.url}/trpc/ping?input=${encodeURIComponent(JSON.stringify({ organisationId: acme }))}`;
    const subjects = Array.from({ length: 30 }, (_, i) => `${ada}-${i}`);
    for (const subject of subjects) busy.memberships.set(subject, { [acme]: 'viewer' });
    const headers = await Promise.all(subjects.map((sub) => headersOf({ sub, scope: 'issues:read' })));
    const calls = Array.from({ length: 300 }, async (_, i) =>
      (await fetch(url, { headers: headers[i % 30] ?? {} })).json(),
    );
    await expect.poll(() => new Set(busy.reads).size).toBe(30);
    release();
    expect(await Promise.all(calls)).toEqual(Array(300).fill({ result: { data: 'pong' } }));
    expect(busy.reads.length).toBeLessThanOrEqual(90);
  });
});

it('procedures without a scope cannot reach entities of a scope', async () => {
  expectTypeOf<Context['services']>().toEqualTypeOf<Services>();
  const services = procedure.meta({ needs: 'issues:read' }).query(({ ctx }) => Object.keys(ctx.services));
  const other = await runningApi({ router: router({ services }) });
  onTestFinished(() => other.stop());
  const response = await fetch(`${other.url}/trpc/services`, { headers: await headersOf({ scope: 'issues:read' }) });
  expect(await response.json()).toEqual({ result: { data: Object.keys(makeServices()) } });
});
