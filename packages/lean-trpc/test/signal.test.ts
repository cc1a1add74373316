import { once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { initTRPC } from '@trpc/server';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { leanRequestHandler } from '../src/index.js';

let app: FastifyInstance;
let url: string;
/** The signals of `wait`, in the order of its calls; the first is answered at once. */
let signals: AbortSignal[];
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeEach(async () => {
  signals = [];
  const t = initTRPC.create();
  const router = t.router({
    wait: t.procedure.query(({ signal }) => {
      signals.push(signal as AbortSignal);
      return signals.length === 1 ? 'done' : new Promise<string>(() => {});
    }),
  });
  app = fastify({ forceCloseConnections: true });
  app.get<{ Params: { path: string } }>('/trpc/:path', async (req, res) => {
    await leanRequestHandler({ router, req, res, path: req.params.path });
    return res;
  });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => app.close());

function ask(): ClientRequest {
  const sent = request(`${url}/trpc/wait`, { agent });
  sent.on('error', () => {});
  return sent.end();
}
async function answered(sent: ClientRequest) {
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
}

it('aborts where the client leaves before it has its answer, also a later one of a connection', async () => {
  await answered(ask());
  const second = ask();
  await expect.poll(() => signals.length).toBe(2);
  expect(signals[1]?.aborted).toBe(false);
  second.destroy();
  await expect.poll(() => signals[1]?.aborted).toBe(true);
});

it('aborts nothing where a connection ends after its answers', async () => {
  const sent = ask();
  const [socket] = await once(sent, 'socket');
  await answered(sent);
  socket.destroy();
  const [, server] = await Promise.all([once(socket, 'close'), app.close()]);
  expect([server, signals.map(({ aborted }) => aborted)]).toEqual([undefined, [false]]);
});

it('is that of its connection only', async () => {
  await answered(ask());
  const other = request(`${url}/trpc/wait`);
  other.on('error', () => {});
  other.end();
  await expect.poll(() => signals.length).toBe(2);
  const third = ask();
  await expect.poll(() => signals.length).toBe(3);
  other.destroy();
  await expect.poll(() => signals[1]?.aborted).toBe(true);
  expect(signals[2]?.aborted).toBe(false);
  third.destroy();
});
