import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = at('../../../.local');
const secret = `${folder}/dev-server-test`;
let server: ViteDevServer;
let url: string;
/** Answers with the token that reaches it. */
const api = http.createServer(({ headers }, response) => response.end(headers.authorization ?? 'no token'));

beforeAll(async () => {
  await once(api.listen(0, '127.0.0.1'), 'listening');
  vi.stubEnv('API_URL', `http://127.0.0.1:${(api.address() as AddressInfo).port}`);
  vi.stubEnv('API_TOKEN', 'the-token');
  mkdirSync(folder, { recursive: true });
  writeFileSync(secret, 'secret');
  server = await createServer({ root: at('..'), server: { host: '127.0.0.1', port: 0 }, logLevel: 'silent' });
  await server.listen();
  url = server.resolvedUrls?.local[0] ?? '';
});
afterAll(async () => {
  await server?.close();
  api.close();
  api.closeAllConnections();
  rmSync(secret, { force: true });
  vi.unstubAllEnvs();
});

/** Sends a request with headers that `fetch` does not allow to set. */
async function send(path: string, headers: http.OutgoingHttpHeaders, method = 'GET') {
  const request = http.request(new URL(path, url), { method, headers }).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { status: response.statusCode, body, allowedOrigin: response.headers['access-control-allow-origin'] };
}

it('adds the token to the requests of its own page', async () => {
  expect(await send('/trpc/users.count', { 'sec-fetch-site': 'same-origin' })).toMatchObject({
    body: 'Bearer the-token',
  });
});

it.each([
  ['another process', {}],
  ['a page of another port', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:9999' }],
  ['a page of the web', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a link', { 'sec-fetch-site': 'none' }],
])('adds no token to a request of %s, and lets no page read the answer', async (_name, headers) => {
  const answer = await send('/trpc/users.count', headers);
  expect(answer).toEqual({ status: 200, body: 'no token', allowedOrigin: undefined });
});

it('does not answer a page whose own name resolves to this machine', async () => {
  const headers = { host: 'evil.example', 'sec-fetch-site': 'same-origin' };
  expect(await send('/trpc/users.count', headers)).toMatchObject({ status: 403 });
});

it.each(['', '?raw', '?url', '?import&raw'])('does not serve the folder of the token (%s)', async (query) => {
  expect(existsSync(secret)).toBe(true);
  const { status, body } = await send(`/@fs${secret}${query}`, { 'sec-fetch-site': 'same-origin' });
  expect(body).not.toContain('secret');
  expect(status).toBe(403);
});
