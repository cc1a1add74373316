import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApp, makeServices } from '../../src/app.js';
import { jwtAuthentication } from '../../src/auth/jwt-authentication.js';
import { ClientError } from '../../src/errors/client-error.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';
import { rawHttp } from '../raw-http.js';
import { audience, type RunningIssuer, runningIssuer } from '../running-issuer.js';

const now = Math.floor(Date.now() / 1000);
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token that is not valid', () => {
  let issuer: RunningIssuer;
  let app: FastifyInstance;
  let url: string;
  let good: string;
  /** Services that were created: one for each request whose token was accepted. */
  let services = 0;
  const { logger, lines } = capturedLogger();
  beforeAll(async () => {
    issuer = await runningIssuer();
    app = buildApp({
      audit: capturedTrail().audit,
      logger,
      services: () => {
        services++;
        return makeServices();
      },
      authenticate: jwtAuthentication({ issuer: issuer.issuer, audience }),
    });
    url = await app.listen({ port: 0, host: '127.0.0.1' });
    good = await issuer.token();
    expect(await status(`Bearer ${good}`)).toBe(403); // accepted, without any permission
  });
  afterAll(async () => {
    await app.close();
    issuer.stop();
  });
  beforeEach(() => {
    services = 0;
    lines.length = 0;
  });

  const call = (authorization?: string) =>
    fetch(`${url}/trpc/users.count`, { headers: authorization === undefined ? {} : { authorization } });
  const status = async (authorization?: string) => (await call(authorization)).status;

  type Make = () => string | Promise<string>;
  const bearer = (make: Make) => async () => `Bearer ${await make()}`;
  const claims = (changed: Record<string, unknown>) => bearer(() => issuer.token(changed));
  const parts = (): [header: string, payload: string, signature: string] => good.split('.') as [string, string, string];
  /** Signs with the public key, which everybody can read, as a shared secret. */
  const publicKeyAsSecret = async (form: 'pem' | 'jwk') => {
    const { publicKey } = issuer.pairs.RS256;
    const text = form === 'pem' ? await exportSPKI(publicKey) : JSON.stringify(await exportJWK(publicKey));
    return issuer.token({}, { alg: 'HS256', kid: 'RS256' }, new TextEncoder().encode(text));
  };

  /** Returns the key whose public half the issuer publishes, for another algorithm that fits it. */
  const publishedKeyFor = async (alg: string) => importPKCS8(await exportPKCS8(issuer.pairs.RS256.privateKey), alg);

  const bad: Record<string, Make> = {
    'an empty header': () => '',
    'a scheme alone': () => 'Bearer',
    'an empty token': () => 'Bearer ',
    'another scheme': () => `Basic ${Buffer.from('ada:secret').toString('base64')}`,
    'a valid token under another scheme': () => `Token ${good}`,
    'a valid token without a scheme': () => good,
    'a valid token followed by another': () => `Bearer ${good} ${good}`,
    'a valid token in a list': () => `Bearer ${good}, Bearer ${good}`,
    'a text that is not a JWT': () => 'Bearer secret',
    'only dots': () => 'Bearer ..',
    'a token of five parts': () => `Bearer ${good}.a.b`,
    'HS256 with the public key (PEM) as its secret': bearer(() => publicKeyAsSecret('pem')),
    'HS256 with the public key (JWK) as its secret': bearer(() => publicKeyAsSecret('jwk')),
    'alg none': bearer(() =>
      new UnsecuredJWT({ sub: 'ada', scope: 'users:admin' })
        .setIssuer(issuer.issuer)
        .setAudience(audience)
        .setExpirationTime('1h')
        .encode(),
    ),
    'alg none with a signature': bearer(() => `${encoded({ alg: 'none' })}.${parts()[1]}.${parts()[2]}`),
    'alg NONE': bearer(() => `${encoded({ alg: 'NONE', kid: 'RS256' })}.${parts()[1]}.${parts()[2]}`),
    'another algorithm of the same key (RS512)': bearer(async () => {
      return issuer.token({}, { alg: 'RS512', kid: 'RS256' }, await publishedKeyFor('RS512'));
    }),
    'another algorithm of the same key (PS256)': bearer(async () => {
      return issuer.token({}, { alg: 'PS256', kid: 'RS256' }, await publishedKeyFor('PS256'));
    }),
    'another issuer': claims({ iss: 'https://issuer.example.com' }),
    'an issuer that begins like ours': bearer(() => issuer.token({ iss: `${issuer.issuer}/` })),
    'no issuer': bearer(() => issuer.token({ iss: undefined })),
    'another audience': claims({ aud: 'https://other.example.com' }),
    'an audience that begins like ours': claims({ aud: `${audience}.evil.example` }),
    'other audiences': claims({ aud: ['a', 'b'] }),
    'no audience': claims({ aud: undefined }),
    'no audience, and our client_id': claims({ aud: undefined, client_id: audience }),
    'another client_id of Cognito': claims({ aud: undefined, token_use: 'access', client_id: 'other' }),
    'an ID token of Cognito': claims({ token_use: 'id' }),
    'an ID token of Keycloak': claims({ typ: 'ID' }),
    'a refresh token of Keycloak': claims({ typ: 'Refresh' }),
    'an ID token of Entra': claims({ nonce: 'n' }),
    'an ID token with the hash of its access token': claims({ at_hash: 'h' }),
    'the type of a logout token': bearer(() => issuer.token({}, { typ: 'logout+jwt' })),
    'the type of a proof': bearer(() => issuer.token({}, { typ: 'dpop+jwt' })),
    'a token bound to a key of its holder': claims({ cnf: { jkt: 'thumbprint' } }),
    expired: claims({ exp: now - 10 }),
    'not yet valid': claims({ nbf: now + 60 }),
    'no expiry': claims({ exp: undefined }),
    'an expiry that is not a number': claims({ exp: 'never' }),
    'no subject': claims({ sub: undefined }),
    'an empty subject': claims({ sub: '' }),
    'a subject that is a number': claims({ sub: 7 }),
    'a subject that is an object': claims({ sub: { id: 'ada' } }),
    'a key that the issuer does not publish': bearer(async () =>
      issuer.token({}, { kid: 'other' }, (await generateKeyPair('RS256')).privateKey),
    ),
    'another key under the id of a published one': bearer(async () =>
      issuer.token({}, {}, (await generateKeyPair('RS256')).privateKey),
    ),
    'a published key under the id of another': bearer(() => issuer.token({}, { kid: 'ES256' })),
    'no kid, with several keys published': bearer(async () =>
      issuer.token({}, { kid: undefined as never }, (await generateKeyPair('RS256')).privateKey),
    ),
    'a kid that is a path': bearer(() => issuer.token({}, { kid: '../../../../dev/null' })),
    'its own key in the header (jwk)': bearer(async () => {
      const { publicKey, privateKey } = await generateKeyPair('RS256');
      return issuer.token({}, { kid: 'mine', jwk: await exportJWK(publicKey) }, privateKey);
    }),
    'its own key in the header under a published kid': bearer(async () => {
      const { publicKey, privateKey } = await generateKeyPair('RS256');
      return issuer.token({}, { jwk: await exportJWK(publicKey) }, privateKey);
    }),
    'an unknown critical header': bearer(
      () => `${encoded({ alg: 'RS256', kid: 'RS256', crit: ['x'], x: 1 })}.${parts()[1]}.${parts()[2]}`,
    ),
    'an encrypted token': bearer(() => `${encoded({ alg: 'dir', enc: 'A256GCM' })}..a.b.c`),
    'more than 8 KiB': claims({ padding: 'x'.repeat(8192) }),
    'a truncated signature': () => `Bearer ${good.slice(0, -10)}`,
    'no signature': () => `Bearer ${parts()[0]}.${parts()[1]}.`,
    'a payload of its own': () =>
      `Bearer ${parts()[0]}.${encoded({ ...JSON.parse(Buffer.from(parts()[1], 'base64url').toString()), scope: 'users:admin' })}.${parts()[2]}`,
    'the signature of another token': bearer(async () => {
      const other = await issuer.token({ sub: 'grace' });
      return `${parts()[0]}.${parts()[1]}.${other.split('.')[2]}`;
    }),
    'the hash under which a valid token is cached': () =>
      `Bearer ${createHash('sha256').update(good).digest('base64url')}`,
  };

  it('has more than 50 kinds here', () => {
    expect(Object.keys(bad).length).toBeGreaterThan(50);
  });

  it.each(Object.keys(bad))('is rejected without a reason in the answer: %s', async (name) => {
    const authorization = await bad[name]?.();
    const response = await call(authorization);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await response.json()).toEqual({
      error: {
        message: 'The token is not valid',
        code: -32001,
        data: { code: 'UNAUTHORIZED', httpStatus: 401, reason: 'INVALID_TOKEN', requestId: expect.any(String) },
      },
    });
    expect(services).toBe(0);
    expect(lines.find(({ message }) => message === 'token rejected')).toMatchObject({
      level: 'INFO',
      reason: expect.stringMatching(/^ERR_J/),
      requestId: expect.any(String),
    });
    const token = authorization?.split(' ')[1];
    if (token && token.length > 6) expect(JSON.stringify(lines)).not.toContain(token.slice(0, 20));
  });

  it('may be missing', async () => {
    const response = await call();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    const { error } = (await response.json()) as { error: { message: string; data: object } };
    expect(error.message).toBe('This needs a token, as Authorization: Bearer <token>');
    expect(error.data).not.toHaveProperty('reason');
    expect(services).toBe(0);
  });

  it('may be in the URL or in a cookie', async () => {
    expect((await fetch(`${url}/trpc/users.count?access_token=${good}`)).status).toBe(401);
    expect((await fetch(`${url}/trpc/users.count`, { headers: { cookie: `token=${good}` } })).status).toBe(401);
  });

  it.each(['Authorization', 'authorization', 'AUTHORIZATION'])(
    'may be a valid one with a second %s header',
    async (name) => {
      const header = `Authorization: Bearer ${good}\r\n${name}: Bearer ${good}`;
      const answer = await rawHttp(
        url,
        `GET /trpc/users.count HTTP/1.1\r\nHost: x\r\n${header}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 401/);
      expect(services).toBe(0);
    },
  );

  it('is rejected before the body is read', async () => {
    const headers = `Host: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\nConnection: close`;
    const answer = await rawHttp(url, `POST /trpc/users.create HTTP/1.1\r\n${headers}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 401/);
  });

  it('causes no request to a URL that it names', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    for (const header of [
      { jku: `${issuer.issuer}/mine` },
      { x5u: `${issuer.issuer}/mine` },
      { jku: `${issuer.issuer}/mine`, jwk: await exportJWK(publicKey), kid: 'mine' },
    ]) {
      expect(await status(`Bearer ${await issuer.token({}, header, privateKey)}`)).toBe(401);
    }
    expect(issuer.asked).not.toContain('/mine');
  });

  it('has no effect on valid tokens', async () => {
    expect(await status(`Bearer ${good}`)).toBe(403);
    expect(services).toBe(1);
  });
});

it.each(['throws', 'rejects'])('an authentication of its own that %s is answered in the same way', async (way) => {
  const error = new ClientError({ code: 'UNAUTHORIZED', message: 'No', reason: 'INVALID_TOKEN' });
  const authenticate = () => {
    if (way === 'rejects') return Promise.reject(error);
    throw error;
  };
  const app = buildApp({ audit: capturedTrail().audit, logger: capturedLogger().logger, authenticate });
  const { statusCode, headers } = await app.inject('/trpc/users.count');
  expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
});
