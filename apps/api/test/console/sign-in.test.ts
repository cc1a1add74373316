import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { expect, it, onTestFinished, vi } from 'vitest';
import { EnvError } from '../../src/env.js';
import { rateLimit } from '../../src/trpc/rate-limit.js';
import { consoleApp } from './console-app.js';

const issuer = { AUTH_ISSUER: 'https://login.example.com/realms/a', AUTH_AUDIENCE: 'https://api.example.com,other' };
const oidc = { ...issuer, CONSOLE_CLIENT_ID: 'console' };

const settingsOf = async (variables: Record<string, string>, issueToken?: undefined) =>
  (
    await consoleApp({ variables, ...(variables.AUTH_ISSUER && { console: { issueToken } }) }).app.inject(
      '/console/api/settings',
    )
  ).json();

it('in development signs in by a local token', async () => {
  expect(await settingsOf({})).toEqual({ signIn: 'local' });
});

it.each([
  ['production', ''],
  ['development', ' operations:admin'],
])('with an issuer signs in there, in %s', async (NODE_ENV, more) => {
  expect(await settingsOf({ NODE_ENV, ...oidc })).toEqual({
    signIn: 'oidc',
    issuer: 'https://login.example.com/realms/a',
    clientId: 'console',
    scope: `openid users:read users:write users:admin operations:read${more}`,
    audience: 'https://api.example.com',
  });
});

it('asks for the scopes of CONSOLE_SCOPE, and by default for those of operators if there are operations', async () => {
  expect((await settingsOf({ ...oidc, CONSOLE_SCOPE: 'openid api://1/users:read' })).scope).toBe(
    'openid api://1/users:read',
  );
  const production = { NODE_ENV: 'production', ...oidc };
  expect((await settingsOf({ ...production, CONSOLE_OPERATIONS: 'on' })).scope).toContain('operations:admin');
  expect((await settingsOf({ ...oidc, CONSOLE_OPERATIONS: 'off' })).scope).not.toContain('operations:admin');
});

it('may ask its issuer and the token endpoint of that, and no other origin', async () => {
  let isDown = true;
  const server = createServer((_, response) => {
    if (isDown) response.statusCode = 503;
    response.end(JSON.stringify({ token_endpoint: 'https://auth.example.com/oauth2/token' }));
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { app } = consoleApp({ variables: { ...oidc, AUTH_ISSUER: url }, console: { issueToken: undefined } });
  const asked = async () => {
    const { headers } = await app.inject('/console/');
    return /connect-src ([^;]*)/.exec(String(headers['content-security-policy']))?.[1];
  };
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  expect(await asked()).toBe(`'self' ${url}`);
  isDown = false;
  vi.advanceTimersByTime(5000);
  expect(await asked()).toBe(`'self' ${url} https://auth.example.com`);
});

it('does not start if nobody could sign in', () => {
  const start = (variables: Record<string, string>) => () =>
    consoleApp({ variables, console: { issueToken: undefined } });
  expect(start({ NODE_ENV: 'production' })).toThrow(EnvError);
  expect(start({ NODE_ENV: 'production' })).toThrow('set AUTH_ISSUER, AUTH_AUDIENCE and CONSOLE_CLIENT_ID');
  expect(start(issuer)).toThrow('CONSOLE_CLIENT_ID is not set');
});

/** Asks a listening API for a local token, as a browser would from a page of an origin. */
async function askForToken(
  headers: (port: number) => Record<string, string>,
  variables: Record<string, string> = {},
  bodyWith: (secret: string) => string = (secret) => JSON.stringify({ secret }),
) {
  const { app, pathOfConsole } = consoleApp({
    variables,
    ...(variables.AUTH_ISSUER && { console: { issueToken: undefined } }),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>((resolve, reject) => {
    request(
      {
        port,
        host: '127.0.0.1',
        path: '/console/api/local-token',
        method: 'POST',
        headers: { ...headers(port), ...json },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      },
    )
      .on('error', reject)
      .end(bodyWith(pathOfConsole.split('#local=')[1] ?? ''));
  });
}

const json = { 'content-type': 'application/json' };

const ofOwnPage = (name: string) => (port: number) => ({
  host: `${name}:${port}`,
  origin: `http://${name}:${port}`,
  'sec-fetch-site': 'same-origin',
});

it.each(['127.0.0.1', 'localhost', '[::1]', '127.0.0.2'])(
  'gives a page at %s a token for ten minutes',
  async (name) => {
    const { status, body, headers } = await askForToken(ofOwnPage(name));
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    const { token, expiresInSeconds } = JSON.parse(body);
    expect(expiresInSeconds).toBe(600);
    const { exp = 0, iat = 0, scope, sub } = decodeJwt(token);
    expect([exp - iat, sub, scope]).toEqual([
      600,
      'developer',
      'users:read users:write users:admin operations:read operations:admin',
    ]);
  },
);

it.each<[string, (port: number) => Record<string, string>]>([
  [
    'a page of another port',
    (port) => ({ ...ofOwnPage('localhost')(port), origin: 'http://localhost:8080', 'sec-fetch-site': 'same-site' }),
  ],
  [
    'a page elsewhere',
    (port) => ({ ...ofOwnPage('localhost')(port), origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
  ],
  ['a page elsewhere that a link led here', (port) => ({ host: `localhost:${port}`, 'sec-fetch-site': 'cross-site' })],
  [
    'a page of another name of this machine',
    (port) => ({ ...ofOwnPage('localhost')(port), origin: `http://127.0.0.1:${port}` }),
  ],
  ['a name that was rebound to this machine', ofOwnPage('evil.example')],
  ['a name that looks like this machine', ofOwnPage('localhost.evil.example')],
  ['a name that begins like this machine', ofOwnPage('127.0.0.1.nip.io')],
  ['another port of a proxy', () => ofOwnPage('localhost')(8080)],
  ['a page over https', (port) => ({ ...ofOwnPage('localhost')(port), origin: `https://localhost:${port}` })],
  ['a proxy', (port) => ({ ...ofOwnPage('localhost')(port), 'x-forwarded-for': '203.0.113.7' })],
  ['a tunnel', (port) => ({ ...ofOwnPage('localhost')(port), forwarded: 'for=203.0.113.7' })],
  ['an old browser, or a program', (port) => ({ host: `localhost:${port}`, origin: `http://localhost:${port}` })],
  ['a document without an origin', (port) => ({ ...ofOwnPage('localhost')(port), origin: 'null' })],
])('gives %s no token', async (_, headers) => {
  const { status, body } = await askForToken(headers);
  expect(status).toBe(403);
  expect(JSON.parse(body)).toMatchObject({ error: { data: { code: 'FORBIDDEN', requestId: expect.any(String) } } });
  expect(body).not.toContain('eyJ');
});

it.each<[string, (secret: string) => string, number]>([
  ['no secret', () => '', 403],
  ['an empty secret', () => '{"secret":""}', 403],
  ['another secret', (secret) => JSON.stringify({ secret: `${secret}x` }), 403],
  ['a part of the secret', (secret) => JSON.stringify({ secret: secret.slice(0, -1) }), 403],
  ['something else', () => '{"secret":1}', 400],
])(
  'gives a program of this machine that sends the headers of a page and %s no token',
  async (_, bodyWith, expected) => {
    const { status, body } = await askForToken(ofOwnPage('localhost'), {}, bodyWith);
    expect(status).toBe(expected);
    expect(body).not.toContain('eyJ');
    if (status === 403)
      expect(JSON.parse(body).error.message).toBe('Open the console by the URL that the API prints when it starts');
  },
);

it('prints a URL with a secret only where the console signs in by a local token', () => {
  const pathOf = (variables: Record<string, string>, console: object = {}) =>
    consoleApp({ variables, console }).pathOfConsole;
  expect(pathOf({})).toMatch(/^\/console\/#local=[\w-]{43}$/);
  expect(pathOf({})).not.toBe(pathOf({}));
  expect(pathOf({}, { pageSecret: 'kept' })).toBe('/console/#local=kept');
  expect(pathOf({ NODE_ENV: 'production', ...oidc })).toBe('/console/');
});

it.each([
  ['with an issuer', oidc],
  ['in production', { ...oidc, NODE_ENV: 'production' }],
])('gives nobody a token %s', async (_, variables) => {
  const { status, body } = await askForToken(ofOwnPage('localhost'), variables);
  expect([status, JSON.parse(body).error.message]).toEqual([
    403,
    'This API gives no local tokens: sign in by its issuer',
  ]);
});

it('gives nobody a token in production, even if the API had a local issuer', async () => {
  const { app } = consoleApp({ variables: { ...oidc, NODE_ENV: 'production' } });
  const headers = { host: 'localhost:80', origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' };
  expect((await app.inject({ method: 'POST', url: '/console/api/local-token', headers })).statusCode).toBe(403);
});

it('counts the requests of callers without a token', async () => {
  const { app } = consoleApp({ settings: { rateLimit: rateLimit(2) } });
  const statuses = [];
  for (let n = 0; n < 3; n++) statuses.push((await app.inject('/console/api/settings')).statusCode);
  expect(statuses).toEqual([200, 200, 429]);
});
