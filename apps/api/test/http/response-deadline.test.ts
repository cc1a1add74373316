import { connect } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { limitResponseTime } from '../../src/http/response-deadline.js';

const long = 'x'.repeat(20_000_000); // more than the kernel takes over
const short = 'x'.repeat(100_000);
let app: FastifyInstance;
let url: string;

const start = async (options?: Parameters<typeof limitResponseTime>[1]) => {
  app = fastify();
  limitResponseTime(app, options);
  app.get('/long', async () => long);
  app.get('/longer-than-short', async () => long.slice(0, 1_000_000));
  app.get('/short', async () => short);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
};
afterEach(() => app.close());

const connections = () => new Promise((resolve) => app.server.getConnections((_, count) => resolve(count)));

/** Sends requests, and reads no answer. */
async function sendAndWait(path: string, count: number) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
  socket.on('error', () => {}); // it is reset
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(count));
  await expect.poll(connections).toBe(1);
  return socket;
}

it.each([
  ['a long answer', '/long', 1],
  ['an answer that the kernel has taken over', '/longer-than-short', 1],
  ['many short answers', '/short', 300],
])('resets the connection of a client that does not read %s', async (_, path, count) => {
  await start({ deadlineMs: 500 });
  const socket = await sendAndWait(path, count);
  await expect.poll(connections).toBe(0);
  socket.destroy();
});

it('lets a client that reads have every answer whole, and keep its connection after a short one', async () => {
  await start();
  const get = async (path: string) => {
    const response = await fetch(url + path);
    return [(await response.text()).length, response.headers.get('connection')];
  };
  expect(await get('/short')).toEqual([short.length, 'keep-alive']);
  expect(await get('/long')).toEqual([long.length, 'close']);
});

it('keeps a connection whose client waits between its requests', async () => {
  await start({ deadlineMs: 500 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answered = 0;
  socket.on('data', (text) => {
    answered += String(text).match(/HTTP\/1.1 200/g)?.length ?? 0;
  });
  const startedAt = performance.now();
  for (let sent = 1; performance.now() - startedAt < 1500; sent++) {
    socket.write('GET /short HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => answered, { interval: 200 }).toBe(sent);
  }
  expect(socket.destroyed).toBe(false);
  socket.destroy();
});
