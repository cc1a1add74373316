import { procedure, router } from '@aws-starter-kit/api/app';
import { appRouter } from '@aws-starter-kit/api/router';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { headersOf } from '../../../apps/api/test/local-tokens.js';
import { rawHttp } from '../../../apps/api/test/raw-http.js';
import { type RunningApi, runningApi } from '../../../apps/api/test/running-api.js';
import { call, connectTo, endpointOf, failureOf, protocols } from './connected-client.js';
import { toolNames } from './tool-names.js';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.stop());

const tokenOf = async (claims: Parameters<typeof headersOf>[0]) =>
  (await headersOf(claims)).authorization.replace('Bearer ', '');
const clientOf = async (options: Partial<Parameters<typeof endpointOf>[0]>, token = api.token) =>
  connectTo(await endpointOf({ router: appRouter, url: api.url, ...options }), token);

describe('tools', () => {
  it.each(protocols)('read pages with the %s protocol, and list no mutation', async (mode) => {
    const names = ['Ada', 'Grace', 'Barbara'];
    for (const name of names) await api.client.users.create.mutate({ email: `${name}-${mode}@example.com`, name });
    const client = await connectTo(await endpointOf({ router: appRouter, url: api.url }), api.token, mode);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(toolNames(appRouter, ['query']));
    const first = await call(client, 'users_list', { limit: 2, order: 'desc' });
    expect(first.items).toHaveLength(2);
    const second = await call(client, 'users_list', { limit: 2, order: 'desc', cursor: first.nextCursor });
    expect([...first.items, ...second.items].slice(0, 3).map(({ name }) => name)).toEqual(names.toReversed());
  });

  it('reject writes unless writes are allowed', async () => {
    const args = { email: 'readonly@example.com', name: 'Nobody' };
    expect(await failureOf(await clientOf({}), 'users_create', args)).toMatchObject({ code: 'READ_ONLY' });
    const writing = await clientOf({ allowWrites: true });
    expect(await failureOf(writing, 'users_getByEmail', { email: args.email })).toMatchObject({ code: 'NOT_FOUND' });
    const { id } = await call(writing, 'users_create', args);
    expect(await call(writing, 'users_delete', { id })).toEqual({ deleted: true });
  });

  it('apply a change once if an assistant repeats it with the key of an error', async () => {
    const client = await clientOf({ allowWrites: true, deadlineMs: 1 });
    const args = { email: 'once@example.com', name: 'Once' };
    const failure = await failureOf(client, 'users_create', args);
    expect(failure).toMatchObject({ reason: 'OUTCOME_UNKNOWN', next: expect.stringContaining('idempotencyKey') });
    const { idempotencyKey } = failure;
    const patient = await clientOf({ allowWrites: true });
    const first = await call(patient, 'users_create', { ...args, idempotencyKey });
    expect(await call(patient, 'users_create', { ...args, idempotencyKey })).toEqual(first);
    expect(await failureOf(patient, 'users_create', args)).toMatchObject({ reason: 'EMAIL_TAKEN', field: 'email' });
    expect(await failureOf(patient, 'users_create', { ...args, idempotencyKey: 'key-1' })).toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('have the permissions of the token', async () => {
    const client = await clientOf({ allowWrites: true }, await tokenOf({ scope: 'users:read' }));
    await call(client, 'users_count');
    const args = { email: 'forbidden@example.com', name: 'Nobody' };
    expect(await failureOf(client, 'users_create', args)).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'MISSING_PERMISSION',
      message: expect.stringContaining('users:write'),
      requestId: expect.any(String),
      next: expect.stringContaining('Do not repeat'),
    });
  });

  it('explain which argument is invalid', async () => {
    const client = await clientOf({});
    expect(await failureOf(client, 'users_list', { limit: 101 })).toMatchObject({
      code: 'BAD_REQUEST',
      fieldErrors: { limit: [expect.any(String)] },
    });
    expect(await failureOf(client, 'users_count', { where: 'x' })).toMatchObject({ code: 'BAD_REQUEST' });
    expect(await failureOf(client, 'users_list', { cursor: 'x' })).toMatchObject({ reason: 'INVALID_CURSOR' });
    await expect(client.callTool({ name: 'users_drop' })).rejects.toThrow('There is no tool users_drop');
  });

  it('wrap inputs and outputs that are not objects in an argument and a field', async () => {
    const reading = procedure.meta({ needs: 'users:read' });
    const echo = reading.input(z.array(z.string())).query(({ input }) => input);
    const texts = router({ texts: router({ echo, nothing: reading.query(() => undefined) }) });
    const own = await runningApi({ router: texts });
    onTestFinished(() => own.stop());
    const client = await clientOf({ router: texts, url: own.url });
    expect(await call(client, 'texts_echo', { input: ['a', 'b'] })).toEqual({ result: ['a', 'b'] });
    expect(await call(client, 'texts_nothing')).toEqual({ result: null });
  });

  it('report a result that is too long, with its beginning', async () => {
    await api.client.users.create.mutate({ email: 'long@example.com', name: 'Long' });
    const client = await clientOf({ maxAnswerChars: 50 });
    const { content, structuredContent } = await client.callTool({ name: 'users_list' });
    expect(structuredContent).toBeUndefined();
    expect(content).toMatchObject([
      { text: expect.stringContaining('ANSWER_TOO_LARGE') },
      { text: expect.stringMatching(/^\{"items":.{41}$/) },
    ]);
  });
});

describe('the endpoint', () => {
  const issuer = 'https://login.example.com/';
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const post = (url: string, headers: Record<string, string>) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: JSON.stringify(list),
    });

  it('rejects a request without a valid token, and says where clients get one', async () => {
    const url = await endpointOf({ router: appRouter, url: api.url, issuer });
    const metadataUrl = url.replace('/mcp', '/.well-known/oauth-protected-resource/mcp');
    const expired = await headersOf({ scope: 'users:read', exp: 1 });
    for (const headers of [{}, expired, { authorization: 'Bearer x' }, { authorization: 'Basic eA==' }]) {
      const response = await post(url, headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
      expect(response.headers.get('www-authenticate')).toContain(`resource_metadata="${metadataUrl}"`);
    }
    expect(await (await fetch(metadataUrl)).json()).toEqual({
      resource: url,
      authorization_servers: [issuer],
      scopes_supported: expect.arrayContaining(['users:read']),
      bearer_methods_supported: ['header'],
    });
    const scopesOf = async (options: object) => {
      const other = await endpointOf({ router: appRouter, url: api.url, issuer, ...options });
      const metadata = await fetch(other.replace('/mcp', '/.well-known/oauth-protected-resource/mcp'));
      return ((await metadata.json()) as { scopes_supported: string[] }).scopes_supported;
    };
    expect(await scopesOf({})).not.toContain('users:write'); // a client asks for all that is named
    expect(await scopesOf({ allowWrites: true })).toEqual(expect.arrayContaining(['users:write', 'users:admin']));
    expect((await post(url, { authorization: `Bearer ${api.token}` })).status).toBe(200);
  });

  it('has no metadata without an issuer', async () => {
    const url = await endpointOf({ router: appRouter, url: api.url });
    expect((await fetch(url.replace('/mcp', '/.well-known/oauth-protected-resource'))).status).toBe(404);
    expect((await post(url, {})).headers.get('www-authenticate')).not.toContain('resource_metadata');
  });

  it('is closed to pages of other origins, under any name of this machine', async () => {
    const publicUrl = 'https://mcp.example.com/tools';
    const url = await endpointOf({ router: appRouter, url: api.url, publicUrl });
    const authorization = `Bearer ${api.token}`;
    expect((await post(url, { authorization, origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(url, { authorization, origin: 'null' })).status).toBe(403);
    expect((await post(url, { authorization, origin: 'https://mcp.example.com' })).status).toBe(200);
    const named = (host: string) => `GET /mcp HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    expect(await rawHttp(url, named('evil.example'))).toMatch(/^HTTP\/1.1 403 /);
    expect(await rawHttp(url, named('mcp.example.com'))).toMatch(/^HTTP\/1.1 401 /);
    expect((await post(url.replace(/mcp$/, 'tools'), { authorization })).status).toBe(200);
  });
});
