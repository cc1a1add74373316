import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasOpenssl, ownCertificate } from '../../../../test/own-certificate.js';
import { buildApp } from '../../src/app.js';
import { issuerKeys } from '../../src/auth/issuer-keys.js';
import { jwtAuthentication } from '../../src/auth/jwt-authentication.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';
import { headersOf } from '../local-tokens.js';

let server: Server | undefined;
/** The requested paths, in order. */
const asked: string[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  asked.length = 0;
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
});

/** Starts an issuer that gives these answers, and returns its URL. */
async function issuerThat(answers: RequestListener, tls?: { cert: string; key: string }): Promise<string> {
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    answers(request, response);
  };
  const started = tls ? createTlsServer(tls, listener) : createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

/** Asks an issuer for its keys, by its configuration or at their URL. */
const keysOf = (issuer: string, path: string) =>
  issuerKeys({ issuer, jwksUrl: path === '/keys' ? issuer + path : undefined })(
    { alg: 'RS256', kid: 'x' },
    { payload: '', signature: '' },
  );
const unavailable = (cause: object) => ({ name: 'IssuerUnavailableError', cause });

describe.each(['/.well-known/openid-configuration', '/keys'])('the answer of an issuer to %s', (path) => {
  it('is read up to 1 MB, if it is endless', async () => {
    let sent = 0;
    let closed = false;
    const chunk = Buffer.alloc(65_536, ' ');
    /** Writes without end, as fast as the client takes it. */
    const issuer = await issuerThat((_request, response) => {
      const write = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.once('close', () => {
        closed = true;
      });
      response.writeHead(200, { 'content-type': 'application/json' }).on('drain', write);
      write();
    });
    const message = `${issuer}${path} answers with more than 1048576 bytes`;
    await expect(keysOf(issuer, path)).rejects.toMatchObject(unavailable({ message }));
    await expect.poll(() => closed).toBe(true);
    expect(sent).toBeLessThan(30_000_000); // what the kernel takes over at most
  });

  it('is awaited for 5 s, whether it never begins or never ends', async () => {
    const timeout = AbortSignal.timeout;
    const timeouts = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout.call(AbortSignal, ms / 100));
    for (const begin of [false, true]) {
      const issuer = await issuerThat((_request, response) => void (begin && response.writeHead(200).write('{')));
      await expect(keysOf(issuer, path)).rejects.toMatchObject(unavailable({ name: expect.stringMatching(/Timeout/) }));
      server?.closeAllConnections();
      server?.close();
    }
    expect(timeouts.mock.calls).toEqual([[5000], [5000]]);
  });

  it('sends the API nowhere else, if it is a redirect', async () => {
    const issuer = await issuerThat((_request, response) => response.writeHead(302, { location: '/inside' }).end());
    await expect(keysOf(issuer, path)).rejects.toMatchObject(unavailable({ message: `${issuer}${path} answers 302` }));
    expect(asked).toEqual([path]);
  });
});

it.runIf(hasOpenssl)(
  'an issuer with a certificate that nobody has signed is not asked, and the log says why',
  async () => {
    const issuer = await issuerThat((_request, response) => response.end('{}'), ownCertificate());
    const { logger, lines } = capturedLogger();
    const authenticate = jwtAuthentication({ issuer, audience: 'x' });
    const app = buildApp({ audit: capturedTrail().audit, logger, authenticate });
    const { statusCode } = await app.inject({ url: '/trpc/users.count', headers: await headersOf({}) });
    await app.close();
    expect([statusCode, asked]).toEqual([503, []]);
    expect(lines.find(({ message }) => message === 'Tokens cannot be checked at the moment')).toMatchObject({
      level: 'WARN',
      error: { name: 'IssuerUnavailableError', cause: { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } } },
    });
  },
);
