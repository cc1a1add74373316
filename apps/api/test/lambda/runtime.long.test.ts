import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { type InitError, type RunningFunction, runtimeClient, startFunction } from '@aws-starter-kit/lambda-runtime';
import { UserModel } from '@aws-starter-kit/users';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../../test/fresh-table.js';
import { audience, type RunningIssuer, runningIssuer } from '../running-issuer.js';
import { type EventParts, gatewayEvent } from './gateway-event.js';
import { bundledApi, dyingConnections, preload } from './runtime-functions.js';

const client = await runtimeClient();
if (client.missing !== undefined && process.env.CI) throw new Error(client.missing);
const reasonToSkip = client.missing ?? (inject('endpoint') ? undefined : inject('engineMissing'));

let bundle: Awaited<ReturnType<typeof bundledApi>>;
let issuer: RunningIssuer;
let table: FreshTable;
let asAdmin: { authorization: string };
beforeAll(async () => {
  if (reasonToSkip !== undefined) return;
  [bundle, issuer, table] = await Promise.all([bundledApi(), runningIssuer(), freshTable()]);
  asAdmin = { authorization: `Bearer ${await issuer.token({ scope: 'users:admin' })}` };
});
afterAll(() => {
  issuer?.stop();
  bundle?.remove();
});

const running: RunningFunction[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

/** Starts the bundled API in AWS's runtime. */
async function start(env: Record<string, string> = {}, handler = 'handler') {
  const auth = { AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: audience };
  const database = { AWS_ENDPOINT_URL: table.endpoint, DYNAMODB_TABLE: table.tableName };
  const api = await startFunction({ file: bundle.file, handler, client, env: { ...auth, ...database, ...env } });
  running.push(api);
  return {
    ...api,
    async call(parts: EventParts): Promise<APIGatewayProxyStructuredResultV2> {
      const outcome = await api.invoke(gatewayEvent({ headers: asAdmin, ...parts })).outcome;
      if ('error' in outcome) throw new Error(outcome.error.errorMessage);
      return outcome.response as APIGatewayProxyStructuredResultV2;
    },
  };
}

const newUser = () => ({ email: `${randomUUID()}@example.com`, name: 'Ada' });
const creating = (user = newUser()) => ({ rawPath: '/trpc/users.create', body: JSON.stringify(user) });
const ownersOf = async (email: string) => {
  const { Items = [] } = await table.patient.send(
    new ScanCommand({ TableName: table.tableName, ConsistentRead: true }),
  );
  return Items.filter((item) => item.email === email);
};

describe.skipIf(reasonToSkip)(`the API in AWS's runtime${reasonToSkip ? `: ${reasonToSkip}` : ''}`, () => {
  it('answers a call, a batch and an error', async () => {
    const { call } = await start();
    expect(await call(creating())).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    const batch = { rawPath: '/trpc/users.count,users.list', rawQueryString: 'batch=1', body: '{}' };
    expect(await call(batch)).toMatchObject({ statusCode: 200, body: expect.stringContaining('"count":') });
    expect(await call({ rawPath: '/trpc/users.count', headers: {} })).toMatchObject({ statusCode: 401 });
  });

  it('names an invalid variable in one line, without a stack', async () => {
    const failing = start({ RATE_LIMIT_PER_MINUTE: 'many', AUDIT_FILE: '' });
    const { reported, output } = await failing.then(
      () => expect.unreachable(),
      (error: InitError) => error,
    );
    const message = 'RATE_LIMIT_PER_MINUTE holds "many"; it may hold a whole number from 0 (no limit) to 1000000';
    expect(reported).toMatchObject({ errorType: 'EnvError', errorMessage: message, trace: [`EnvError: ${message}`] });
    expect(output).not.toMatch(/^\s+at /m);
    await expect(start({ METRICS_PORT: '9464' })).rejects.toThrow(/METRICS_PORT is set, but nothing listens/);
    await expect(start({ AUTH_ISSUER: '', AUTH_AUDIENCE: '' })).rejects.toThrow(/In a function .* AUTH_ISSUER/);
  });

  it('fails an invocation with another kind of event, and answers the next one', async () => {
    const { invoke, call } = await start();
    const { outcome } = invoke({ version: '1.0', httpMethod: 'GET', path: '/livez', requestContext: {} });
    expect(await outcome).toMatchObject({ error: { errorType: 'TypeError', errorMessage: /payload format 2\.0/ } });
    expect(await call({ rawPath: '/livez' })).toMatchObject({ statusCode: 200 });
  });

  it('has written its log and its audit trail before it is frozen', async () => {
    // as if it were frozen before the timer that writes the lines of the last 10 ms
    const frozen =
      'const { setTimeout: set } = globalThis; globalThis.setTimeout = (f, ms) => set(f, ms === 10 ? 1e9 : ms);';
    const { call, signal, output } = await start({ NODE_OPTIONS: preload(frozen) });
    await call(creating());
    signal('SIGSTOP');
    await expect.poll(output).toMatch(/"message":"users.create".*"durationMs".*"invocationId"/);
    expect(output()).toMatch(/"stream":"audit".*"procedure":"users.create"/);
  });

  it.each(['end', 'reset', 'silence'] as const)(
    'applies a create once after a freeze in which its connections died (%s)',
    async (death) => {
      const proxy = await dyingConnections(table.endpoint);
      try {
        const { call, signal } = await start({ AWS_ENDPOINT_URL: proxy.url });
        await call(creating());
        const before = proxy.connections();
        signal('SIGSTOP');
        proxy[death]();
        signal('SIGCONT');
        const user = newUser();
        expect(await call(creating(user))).toMatchObject({ statusCode: 200 });
        expect(proxy.connections()).toBeGreaterThan(before);
        expect(await ownersOf(user.email)).toHaveLength(1);
      } finally {
        proxy.stop();
      }
    },
  );

  it('closes on SIGTERM, which functions with an extension receive', async () => {
    const { call, signal, ended, output } = await start();
    await call(creating());
    signal('SIGTERM');
    await ended;
    expect(output()).toMatch(/"message":"Closed after SIGTERM"/);
  });

  it('logs the uncaught error that stops it', async () => {
    const proxy = await dyingConnections(table.endpoint);
    const throwing = "process.once('SIGUSR2', () => { throw new RangeError('out of range'); })";
    const NODE_OPTIONS = preload(throwing);
    try {
      const { call, invoke, signal, ended, output } = await start({ AWS_ENDPOINT_URL: proxy.url, NODE_OPTIONS });
      await call(creating());
      proxy.mute();
      const before = proxy.connections();
      invoke(gatewayEvent({ headers: asAdmin, ...creating() }));
      await expect.poll(proxy.connections).toBeGreaterThan(before); // under way: it has retried
      signal('SIGUSR2');
      expect((await ended).code).not.toBe(0);
      expect(output()).toMatch(/"level":"CRITICAL","message":"Stopped by an uncaught error".*out of range/);
    } finally {
      proxy.stop();
    }
  });
});

describe.skipIf(reasonToSkip)('the API in a function URL that streams', () => {
  it('answers a call, and an error', async () => {
    const { invoke } = await start({}, 'streamHandler');
    const streamOf = async (parts: EventParts) => {
      const invocation = invoke(gatewayEvent({ headers: asAdmin, ...parts }));
      expect(await invocation.outcome).not.toHaveProperty('error');
      return invocation.streamed;
    };
    expect(await streamOf(creating())).toMatchObject({
      head: { statusCode: 200, headers: { 'content-type': 'application/json' } },
      body: expect.stringContaining('"version":1'),
      isEnded: true,
    });
    expect(await streamOf({ rawPath: '/trpc/users.count', headers: {} })).toMatchObject({ head: { statusCode: 401 } });
    expect(await streamOf({ rawPath: '/livez', headers: { bad: '\n' } })).toMatchObject({ head: { statusCode: 400 } });
    expect(await streamOf({ rawPath: '/livez', method: 'HEAD' })).toMatchObject({ head: { statusCode: 404 } });
  });

  it('sends the changes of users, and ends the stream before the invocation times out', async () => {
    const tableName = `test-${randomUUID()}`;
    await ensureTable({ client: table.patient, tableName, stream: true });
    const { invoke } = await start({ DYNAMODB_TABLE: tableName, DYNAMODB_STREAM: 'on' }, 'streamHandler');
    const event = gatewayEvent({ rawPath: '/trpc/users.changes', rawQueryString: 'input=%7B%7D', headers: asAdmin });
    const { streamed, outcome } = invoke(event, 6000);
    await expect.poll(() => streamed.body).toContain('"type":"reset"');
    expect(streamed.head).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/event-stream' } });
    const ada = await new UserModel({ client: table.patient, tableName }).create(newUser());
    await expect.poll(() => streamed.body).toContain(`"type":"created","id":"${ada.id}"`);
    expect(streamed.isEnded).toBe(false);
    expect(await outcome).not.toHaveProperty('error');
    expect(streamed.isEnded).toBe(true);
    expect(streamed.body).not.toContain('event: return'); // the subscriber reconnects
  });
});

describe.skipIf(reasonToSkip)('a snapshot of the initialized function', () => {
  const recorder = fileURLToPath(new URL('record-init.mjs', import.meta.url));

  it('contains no connections, credentials or random numbers', async () => {
    const proxy = await dyingConnections(table.endpoint);
    try {
      const env = { AWS_ENDPOINT_URL: proxy.url, NODE_OPTIONS: `--import=${recorder}` };
      const { call, signal, output } = await start(env);
      const recorded = () => [...output().matchAll(/^recorded (\w+)/gm)].map(([, name]) => name);
      expect([recorded(), proxy.connections()]).toEqual([[], 0]);
      signal('SIGUSR2');
      await expect.poll(output).toContain('restored');
      await call(creating());
      expect(recorded()).toEqual(expect.arrayContaining(['randomUUID', 'connect']));
      const signers = new Set([...proxy.received().matchAll(/Credential=(\w+)/g)].map(([, keyId]) => keyId));
      expect([...signers]).toEqual(['restored']);
    } finally {
      proxy.stop();
    }
  });
});
