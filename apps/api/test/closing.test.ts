import { connect } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeSockets } from '../src/closing.js';

describe('close', () => {
  let app: FastifyInstance;
  let url: string;
  /** Requests that reached their handler. */
  let reached: number;
  let answer: () => void;
  beforeEach(async () => {
    reached = 0;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    app = fastify();
    closeSockets(app, { graceMs: 300 });
    app.server.on('request', () => reached++);
    app.get('/quick', async () => 'quick');
    app.get('/slow', async () => answered.then(() => 'slow'));
    app.post('/', async () => 'posted');
    url = await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => app.close());

  const open = async (text: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(text);
    return new Promise((resolve) => socket.once('close', resolve).resume());
  };
  const timed = async (work: () => Promise<unknown>) => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };

  it('does not wait for sockets that were never used, used before, or in the midst of their headers', async () => {
    const closed = [open(''), open('GET /quick HTTP/1.1\r\nHost: x\r\n\r\n'), open('GET /quick HTTP/1.1\r\n')];
    await expect.poll(() => reached).toBe(1);
    await fetch(`${url}/quick`);
    expect(await timed(() => app.close())).toBeLessThan(250);
    await Promise.all(closed);
  });

  it('waits for an answer that is under way', async () => {
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
  ])('cuts off what never ends: %j', async (request) => {
    void open(request);
    await expect.poll(() => reached).toBe(1);
    const ms = await timed(() => app.close());
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(1500);
  });
});
