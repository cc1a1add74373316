import { connect } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { gracefulShutdown } from '../../src/http/graceful-shutdown.js';

describe('close', () => {
  let app: FastifyInstance;
  let url: string;
  /** Requests that reached their handler. */
  let reached: number;
  let answer: () => void;
  const start = async (graceMs: number) => {
    reached = 0;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    app = fastify();
    gracefulShutdown(app, { graceMs });
    app.server.on('request', () => reached++);
    app.get('/quick', async () => 'quick');
    app.get('/slow', async () => answered.then(() => 'slow'));
    app.post('/', async () => 'posted');
    url = await app.listen({ port: 0, host: '127.0.0.1' });
  };
  /** Longer than a test may take. */
  const endless = 60_000;
  afterEach(() => app.close());

  const open = async (text: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(text);
    return new Promise((resolve) => socket.once('close', resolve).resume());
  };

  it('does not wait for sockets that are unused, idle, or in the middle of their headers', async () => {
    await start(endless);
    const closed = [open(''), open('GET /quick HTTP/1.1\r\nHost: x\r\n\r\n'), open('GET /quick HTTP/1.1\r\n')];
    await expect.poll(() => reached).toBe(1);
    await fetch(`${url}/quick`);
    await app.close();
    await Promise.all(closed);
  });

  it('ends after requests that were injected, which have no socket', async () => {
    await start(endless);
    expect((await app.inject('/quick')).body).toBe('quick');
    await app.close();
  });

  it('waits for the answer to a running request', async () => {
    await start(endless);
    const response = fetch(`${url}/slow`);
    await expect.poll(() => reached).toBe(1);
    const closed = app.close();
    answer();
    expect(await (await response).text()).toBe('slow');
    await closed;
  });

  it.each([
    'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n{',
  ])('closes the socket of a request that never ends: %j', async (request) => {
    await start(300);
    const closed = open(request);
    await expect.poll(() => reached).toBe(1);
    const startedAt = performance.now();
    await app.close();
    expect(performance.now() - startedAt).toBeGreaterThan(250); // not before its grace period
    await closed;
  });
});
