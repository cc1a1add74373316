import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { issuerKeys } from '../src/issuer-keys.js';
import { type Authenticate, jwtAuthentication } from '../src/jwt-authentication.js';
import { audience, type RunningIssuer, runningIssuer } from './running-issuer.js';

let issuer: RunningIssuer;
let authenticate: Authenticate;
beforeAll(async () => {
  issuer = await runningIssuer();
  return () => issuer.stop();
});
beforeEach(() => {
  authenticate = jwtAuthentication({ issuer: issuer.issuer, audience });
  issuer.asked.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  issuer.answer(200);
});

const actorOf = async (claims?: Record<string, unknown>) => authenticate(`Bearer ${await issuer.token(claims)}`);
const refused = (code: string) => expect.objectContaining({ code });
const keyRequests = () => issuer.asked.filter((path) => path === '/keys').length;

describe('a good token', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)('may be signed by %s', async (alg) => {
    const token = await issuer.token({}, { alg }, issuer.pairs[alg].privateKey);
    expect(await authenticate(`Bearer ${token}`)).toMatchObject({ subject: 'ada' });
  });

  it.each(['at+jwt', 'application/at+jwt', 'AT+JWT', 'JWT', undefined])('may have the type %s', async (typ) => {
    const token = await issuer.token({}, { typ: typ as string });
    expect(await authenticate(`Bearer ${token}`)).toMatchObject({ subject: 'ada' });
  });

  it.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('may come after %j', async (scheme) => {
    expect(await authenticate(`${scheme} ${await issuer.token()}`)).toMatchObject({ subject: 'ada' });
  });

  it('may be for others too, and 5 s older than it should be', async () => {
    const exp = Math.floor(Date.now() / 1000) - 2;
    expect(await actorOf({ aud: ['https://other.example.com', audience], exp })).toMatchObject({ subject: 'ada' });
  });

  const read = ['users:read'];
  const write = ['users:read', 'users:write'];
  const admin = ['users:read', 'users:write', 'users:admin'];
  it.each([
    ['OAuth', { scope: 'openid users:read' }, read],
    ['OAuth: write includes read', { scope: 'users:write' }, write],
    ['OAuth: admin includes all', { scope: 'profile users:admin email' }, admin],
    [
      'Cognito, by group',
      { aud: undefined, client_id: audience, token_use: 'access', 'cognito:groups': ['users:write'] },
      write,
    ],
    [
      'Cognito, by scope',
      { aud: undefined, client_id: audience, token_use: 'access', scope: `${audience}/users:read` },
      read,
    ],
    ['Auth0 with RBAC', { scope: 'openid', permissions: ['users:admin'], azp: 'x' }, admin],
    ['Entra', { scp: 'users:read users:write', ver: '2.0' }, write],
    ['Keycloak', { typ: 'Bearer', azp: 'web', scope: 'email users:read' }, read],
    ['Keycloak before 25', { typ: 'Bearer', nonce: 'n', scope: 'users:read' }, read],
    ['nothing', {}, []],
    ['other scopes', { scope: 'users users:reader USERS:READ xusers:read users:read:own users:*' }, []],
    ['the scope of another server', { scope: 'https://other.example.com/users:admin' }, []],
    [
      'claims that are no texts',
      { scope: { 'users:admin': true }, permissions: 'users:admin,', scp: 7, 'cognito:groups': [['users:admin']] },
      [],
    ],
  ])('gives permissions as %s names them', async (_, claims, permissions) => {
    expect([...(await actorOf(claims)).permissions]).toEqual(permissions);
  });
});

describe('the cache of tokens', () => {
  it('is asked before the issuer', async () => {
    const header = `Bearer ${await issuer.token()}`;
    const first = await authenticate(header);
    expect(await authenticate(header)).toBe(first);
  });

  it('gives nobody the place of a token that begins or ends alike, or says the same', async () => {
    const [ada, grace] = [await issuer.token({ sub: 'ada' }), await issuer.token({ sub: 'grace' })];
    await authenticate(`Bearer ${ada}`);
    const [header, payload, signature = ''] = ada.split('.');
    for (const forged of [
      `${header}.${payload}.${grace.split('.')[2]}`,
      `${header}.${grace.split('.')[1]}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${payload}.`,
      `${ada}A`,
    ]) {
      await expect(authenticate(`Bearer ${forged}`)).rejects.toEqual(refused('UNAUTHORIZED'));
    }
    expect(await authenticate(`Bearer ${grace}`)).toMatchObject({ subject: 'grace' });
  });

  it('never holds a token past its end', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const exp = Math.floor(Date.now() / 1000) + 60;
    const header = `Bearer ${await issuer.token({ exp })}`;
    await authenticate(header);
    vi.setSystemTime(exp * 1000 - 1);
    await authenticate(header);
    vi.setSystemTime((exp + 6) * 1000); // 5 s of tolerance for clocks, and one
    await expect(authenticate(header)).rejects.toEqual(refused('UNAUTHORIZED'));
  });

  it('forgets tokens with the key that signed them', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const header = `Bearer ${await issuer.token({ exp: Math.floor(Date.now() / 1000) + 86_400 })}`;
    const first = await authenticate(header);
    vi.setSystemTime(Date.now() + 11 * 60_000);
    expect(await authenticate(header)).not.toBe(first);
    expect(keyRequests()).toBe(2);
  });

  it('verifies one signature, however often a token comes', async () => {
    const verify = vi.spyOn(crypto.subtle, 'verify');
    onTestFinished(() => verify.mockRestore());
    const header = `Bearer ${await issuer.token({ padding: 'x'.repeat(600) })}`;
    for (let n = 0; n < 1000; n++) await authenticate(header);
    expect(verify).toHaveBeenCalledTimes(1);
  });
});

describe('the keys of the issuer', () => {
  const unknownKey = async (n: number) => authenticate(`Bearer ${await issuer.token({}, { kid: `unknown-${n}` })}`);

  it('are asked for once in 30 s, however many tokens name unknown ones', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await actorOf();
    const flood = () => Promise.allSettled(Array.from({ length: 200 }, (_, n) => unknownKey(n)));
    for (const answer of await flood()) expect(answer).toMatchObject({ reason: refused('UNAUTHORIZED') });
    expect(keyRequests()).toBe(1);

    vi.setSystemTime(Date.now() + 31_000);
    await flood();
    await flood();
    expect(keyRequests()).toBe(2);
  });

  it('are asked for once by a flood of good tokens at the start', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => actorOf({ sub: `user-${n}` })));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('may be elsewhere', async () => {
    const keys = jwtAuthentication({ issuer: issuer.issuer, audience, jwksUrl: `${issuer.issuer}/keys` });
    expect(await keys(`Bearer ${await issuer.token()}`)).toMatchObject({ subject: 'ada' });
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('that cannot be had are nobody else’s fault: SERVICE_UNAVAILABLE, one request in 5 s, and right again after', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    issuer.answer(500);
    const flood = () => Promise.allSettled(Array.from({ length: 50 }, (_, n) => actorOf({ sub: `user-${n}` })));
    for (const answer of [...(await flood()), ...(await flood())])
      expect(answer).toMatchObject({
        reason: { code: 'SERVICE_UNAVAILABLE', message: 'Tokens cannot be checked at the moment' },
      });
    expect(issuer.asked.length).toBe(1);
    issuer.answer(200);
    vi.advanceTimersByTime(5001);
    expect(await actorOf()).toMatchObject({ subject: 'ada' });
  });

  it.each([
    [
      'names itself differently',
      { issuer: 'https://other.example.com', jwks_uri: 'https://x.example.com' },
      /calls itself https:\/\/other/,
    ],
    [
      'names keys without https',
      { issuer: 'https://issuer.example.com', jwks_uri: 'http://x.example.com' },
      /is not https/,
    ],
    ['is none', { hello: 'world' }, /jwks_uri/],
  ])('are not taken from a configuration that %s', async (_, configuration, why) => {
    vi.stubGlobal('fetch', async () => Response.json(configuration));
    onTestFinished(() => void vi.unstubAllGlobals());
    const keys = issuerKeys({ issuer: 'https://issuer.example.com' });
    await expect(keys({ alg: 'RS256', kid: 'x' }, { payload: '', signature: '' })).rejects.toMatchObject({
      name: 'IssuerUnavailableError',
      cause: { message: expect.stringMatching(why) },
    });
  });
});
