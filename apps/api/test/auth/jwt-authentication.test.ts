import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { issuerKeys } from '../../src/auth/issuer-keys.js';
import { type Authenticate, jwtAuthentication } from '../../src/auth/jwt-authentication.js';
import { audience, type RunningIssuer, runningIssuer } from '../running-issuer.js';

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
const rejection = (code: string) => expect.objectContaining({ code });
const keyRequests = () => issuer.asked.filter((path) => path === '/keys').length;

describe('a valid token', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)('may be signed by %s', async (alg) => {
    const token = await issuer.token({}, { alg }, issuer.pairs[alg].privateKey);
    expect(await authenticate(`Bearer ${token}`)).toMatchObject({ subject: 'ada' });
  });

  it.each(['at+jwt', 'application/at+jwt', 'AT+JWT', 'JWT', undefined])('may have the type %s', async (typ) => {
    const token = await issuer.token({}, { typ: typ as string });
    expect(await authenticate(`Bearer ${token}`)).toMatchObject({ subject: 'ada' });
  });

  it.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('may follow the scheme %j', async (scheme) => {
    expect(await authenticate(`${scheme} ${await issuer.token()}`)).toMatchObject({ subject: 'ada' });
  });

  it('may have other audiences too, and may have expired 5 s ago', async () => {
    const exp = Math.floor(Date.now() / 1000) - 2;
    expect(await actorOf({ aud: ['https://other.example.com', audience], exp })).toMatchObject({ subject: 'ada' });
  });

  it('may be for any of several audiences, one of which may prefix its scopes', async () => {
    authenticate = jwtAuthentication({ issuer: issuer.issuer, audience: ['people', 'nightly', 'api'] });
    const ofCognito = { aud: undefined, client_id: 'nightly', token_use: 'access' };
    const { permissions } = await actorOf({ ...ofCognito, scope: 'api/users:read other/users:admin' });
    expect([...permissions]).toEqual(['users:read']);
    authenticate = jwtAuthentication({ issuer: issuer.issuer, audience: ['nightly', 'https://api', 'https://api/v2'] });
    const ofV2 = await actorOf({ ...ofCognito, scope: 'https://api/v2/users:read' });
    expect([...ofV2.permissions]).toEqual(['users:read']);
    await expect(actorOf({ ...ofCognito, client_id: 'people,nightly' })).rejects.toEqual(rejection('UNAUTHORIZED'));
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
    ['other scopes', { scope: 'users users:reader USERS:READ -users:read users:read:own users:*' }, []],
    ['a scope of other entities', { scope: 'xusers:write' }, ['xusers:read', 'xusers:write']],
    ['the scope of another server', { scope: 'https://other.example.com/users:admin' }, []],
    [
      'token claims that are not texts',
      { scope: { 'users:admin': true }, permissions: 'users:admin,', scp: 7, 'cognito:groups': [['users:admin']] },
      [],
    ],
  ])('grants the permissions as named by %s', async (_, claims, permissions) => {
    expect([...(await actorOf(claims)).permissions]).toEqual(permissions);
  });
});

describe('the cache of tokens', () => {
  it('returns a known caller without another check', async () => {
    const header = `Bearer ${await issuer.token()}`;
    const first = await authenticate(header);
    expect(await authenticate(header)).toBe(first);
  });

  it('does not confuse tokens with equal beginnings, endings or payloads', async () => {
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
      await expect(authenticate(`Bearer ${forged}`)).rejects.toEqual(rejection('UNAUTHORIZED'));
    }
    expect(await authenticate(`Bearer ${grace}`)).toMatchObject({ subject: 'grace' });
  });

  it('never accepts an expired token', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const exp = Math.floor(Date.now() / 1000) + 60;
    const header = `Bearer ${await issuer.token({ exp })}`;
    await authenticate(header);
    vi.setSystemTime(exp * 1000 - 1);
    await authenticate(header);
    vi.setSystemTime((exp + 6) * 1000); // 5 s of clock tolerance, and one more
    await expect(authenticate(header)).rejects.toEqual(rejection('UNAUTHORIZED'));
  });

  it('forgets tokens together with the key that signed them', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const header = `Bearer ${await issuer.token({ exp: Math.floor(Date.now() / 1000) + 86_400 })}`;
    const first = await authenticate(header);
    vi.setSystemTime(Date.now() + 11 * 60_000);
    expect(await authenticate(header)).not.toBe(first);
    expect(keyRequests()).toBe(2);
  });

  it('verifies the signature of a repeated token once', async () => {
    const verify = vi.spyOn(crypto.subtle, 'verify');
    onTestFinished(() => verify.mockRestore());
    const header = `Bearer ${await issuer.token({ padding: 'x'.repeat(600) })}`;
    for (let n = 0; n < 1000; n++) await authenticate(header);
    expect(verify).toHaveBeenCalledTimes(1);
  });
});

describe('a revoked token', () => {
  it('is rejected from the next request on, although it was accepted and is cached', async () => {
    const revoked = new Set<unknown>();
    const isRevoked = ({ jti }: { jti?: string }) => revoked.has(jti);
    authenticate = jwtAuthentication({ issuer: issuer.issuer, audience, isRevoked });
    const [header, other] = [
      `Bearer ${await issuer.token({ jti: '1' })}`,
      `Bearer ${await issuer.token({ jti: '2' })}`,
    ];
    expect(await authenticate(header)).toMatchObject({ subject: 'ada' });
    revoked.add('1');
    await expect(authenticate(header)).rejects.toMatchObject({ code: 'UNAUTHORIZED', cause: { code: 'REVOKED' } });
    expect(await authenticate(other)).toMatchObject({ subject: 'ada' });
  });

  it.each([
    ['throws', () => expect.unreachable('the list is not available')],
    ['rejects', () => Promise.reject(new Error('the list is not available'))],
  ])('cannot be told from others if the look-up %s, so none is accepted', async (_, isRevoked) => {
    authenticate = jwtAuthentication({ issuer: issuer.issuer, audience, isRevoked });
    await expect(actorOf()).rejects.toEqual(rejection('SERVICE_UNAVAILABLE'));
  });
});

describe('the keys of the issuer', () => {
  const unknownKey = async (n: number) => authenticate(`Bearer ${await issuer.token({}, { kid: `unknown-${n}` })}`);

  it('are fetched at most once in 30 s, however many tokens name unknown keys', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await actorOf();
    const flood = () => Promise.allSettled(Array.from({ length: 200 }, (_, n) => unknownKey(n)));
    for (const answer of await flood()) expect(answer).toMatchObject({ reason: rejection('UNAUTHORIZED') });
    expect(keyRequests()).toBe(1);

    vi.setSystemTime(Date.now() + 31_000);
    await flood();
    await flood();
    expect(keyRequests()).toBe(2);
  });

  it('are fetched once for concurrent tokens after the start', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => actorOf({ sub: `user-${n}` })));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('are fetched from jwksUrl if it is given', async () => {
    const keys = jwtAuthentication({ issuer: issuer.issuer, audience, jwksUrl: `${issuer.issuer}/keys` });
    expect(await keys(`Bearer ${await issuer.token()}`)).toMatchObject({ subject: 'ada' });
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('that are not available cause SERVICE_UNAVAILABLE, one request in 5 s, and no error after recovery', async () => {
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
      'has another issuer',
      { issuer: 'https://other.example.com', jwks_uri: 'https://x.example.com' },
      /calls itself https:\/\/other/,
    ],
    [
      'names keys over plain http',
      { issuer: 'https://issuer.example.com', jwks_uri: 'http://x.example.com' },
      /is not https/,
    ],
    ['is not one', { hello: 'world' }, /jwks_uri/],
  ])('are not fetched by a configuration that %s', async (_, configuration, why) => {
    vi.stubGlobal('fetch', async () => Response.json(configuration));
    onTestFinished(() => void vi.unstubAllGlobals());
    const keys = issuerKeys({ issuer: 'https://issuer.example.com' });
    await expect(keys({ alg: 'RS256', kid: 'x' }, { payload: '', signature: '' })).rejects.toMatchObject({
      name: 'IssuerUnavailableError',
      cause: { message: expect.stringMatching(why) },
    });
  });
});
