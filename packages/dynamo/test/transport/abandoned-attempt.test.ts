import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { hasOpenssl, ownCertificate } from '../../../../test/own-certificate.js';
import { leanTransport } from '../../src/transport/lean/lean-transport.js';
import { serviceOf } from '../../src/transport/lean/sdk.js';
import { clientOf, get, key, newAttempt, serveRaw, stopServers, tableName, transports } from './both-transports.js';
import { httpReply, relay } from './raw-server.js';

afterEach(async () => {
  vi.unstubAllEnvs();
  await stopServers();
});

/** A server that has received a request and gives no answer. */
async function silentServer(tls?: { cert: string; key: string }) {
  let receive = () => {};
  const received = new Promise<void>((resolve) => {
    receive = resolve;
  });
  return { received, server: await serveRaw(() => receive(), tls) };
}

describe.each(transports)('%s', (_, make) => {
  it('ends the connection of an attempt whose answer nobody awaits', async () => {
    const { server, received } = await silentServer();
    const attempt = newAttempt();
    const answer = make(clientOf(server.endpoint))('GetItem', key)(attempt);
    await received;
    attempt.isOver = true;
    attempt.onOver?.();
    await expect(answer).rejects.toBeInstanceOf(Error);
    await expect.poll(() => server.ends).toHaveLength(1);
  });

  it('does not send an attempt that is over before its connection exists', async () => {
    const server = await serveRaw(({ socket }) => socket.write(httpReply('200 OK', '{}')));
    const attempt = { ...newAttempt(), isOver: true };
    await expect(make(clientOf(server.endpoint))('GetItem', key)(attempt)).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(attempt.isSent).toBe(false);
    expect(server.requests).toBe(0);
  });
});

describe('the lean transport', () => {
  async function abandonOne(endpoint: string, received: Promise<void>) {
    const attempt = newAttempt();
    const answer = leanTransport(serviceOf(clientOf(endpoint), tableName))('GetItem', key)(attempt);
    await received;
    attempt.onOver?.();
    await expect(answer).rejects.toMatchObject({ code: 'ABORT_ERR' });
  }

  it('resets it, so that bytes on their way are dropped', async () => {
    const { server, received } = await silentServer();
    await abandonOne(server.endpoint, received);
    await expect.poll(() => server.ends).toEqual(['ECONNRESET']);
  });

  it.runIf(hasOpenssl)('resets it under TLS too', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const { server, received } = await silentServer(ownCertificate());
    const { port, ends, stop } = await relay(Number(new URL(server.endpoint).port));
    onTestFinished(() => void stop());
    await abandonOne(`https://127.0.0.1:${port}`, received);
    await expect.poll(() => ends).toEqual(['ECONNRESET']);
  });

  it.runIf(hasOpenssl)('keeps a connection under TLS for further requests', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const server = await serveRaw(({ socket }) => socket.write(httpReply('200 OK', '{}')), ownCertificate());
    const transport = leanTransport(serviceOf(clientOf(server.endpoint), tableName));
    for (let request = 0; request < 5; request++) expect(await get(transport)).toEqual({});
    expect(server.connections).toBeLessThan(5);
    expect(server.ends).toEqual([]);
  });

  it.runIf(hasOpenssl)('does not trust a certificate that nobody has signed', async () => {
    const server = await serveRaw(() => {}, ownCertificate());
    const attempt = newAttempt();
    const answer = leanTransport(serviceOf(clientOf(server.endpoint), tableName))('GetItem', key)(attempt);
    await expect(answer).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(attempt.isSent).toBe(false);
  });
});
