import { getEventListeners, once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { initTRPC } from '@trpc/server';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { leanRequestHandler } from '../src/index.js';

let app: FastifyInstance;
let url: string;
/** The signals of the calls of `wait`, in order. The first call is answered at once. */
let signals: AbortSignal[];
let readLate: (() => void) | undefined;
let assign: ((signal: AbortSignal) => AbortSignal | undefined) | undefined;
let socketsClosed: number;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeEach(async () => {
  signals = [];
  socketsClosed = 0;
  const t = initTRPC.create();
  const router = t.router({
    listen: t.procedure.query(({ signal }) => signal?.addEventListener('abort', () => {})),
    held: t.procedure.query(({ signal }) => void signals.push(signal as AbortSignal)),
    late: t.procedure.query(async (call) => {
      await new Promise<void>((resolve) => {
        readLate = resolve;
      });
      signals.push(call.signal as AbortSignal);
    }),
    own: t.procedure.query((call) => {
      signals.push(call.signal as AbortSignal, { ...call }.signal as AbortSignal);
      assign = (signal) => Object.assign(call, { signal }).signal;
    }),
    wait: t.procedure.query(({ signal }) => {
      signals.push(signal as AbortSignal);
      return signals.length === 1 ? 'done' : new Promise<string>(() => {});
    }),
  });
  app = fastify({ forceCloseConnections: true });
  // never ends for the procedure `held`
  app.addHook('onSend', async ({ url }) => url.endsWith('held') && new Promise(() => {}));
  app.get<{ Params: { path: string } }>('/trpc/:path', async (req, res) => {
    await leanRequestHandler({ router, req, res, path: req.params.path });
    return res;
  });
  app.server.on('connection', (socket) => socket.on('close', () => socketsClosed++));
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => app.close());

function callWait(): ClientRequest {
  const sent = request(`${url}/trpc/wait`, { agent });
  sent.on('error', () => {});
  return sent.end();
}
async function answered(sent: ClientRequest) {
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
}

it('aborts if the client disconnects before its answer, also during a later request of a connection', async () => {
  await answered(callWait());
  const second = callWait();
  await expect.poll(() => signals.length).toBe(2);
  expect(signals[1]?.aborted).toBe(false);
  second.destroy();
  await expect.poll(() => signals[1]?.aborted).toBe(true);
});

it('is separate for each request of a connection, so that listeners do not collect', async () => {
  await answered(callWait());
  signals[0]?.addEventListener('abort', () => {});
  const second = callWait();
  await expect.poll(() => signals.length).toBe(2);
  expect(getEventListeners(signals[1] as AbortSignal, 'abort')).toEqual([]);
  second.destroy();
  await expect.poll(() => signals[1]?.aborted).toBe(true);
  expect(signals[0]?.aborted).toBe(false);
});

it('takes a listener of each call of a batch without a warning', async () => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => warnings.push(message);
  process.on('warning', onWarning);
  const sent = request(`${url}/trpc/${Array(20).fill('listen').join()}?batch=1`, { agent });
  sent.end();
  await answered(sent);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

it('aborts during an asynchronous onSend hook', async () => {
  const held = request(`${url}/trpc/held`, { agent });
  held.on('error', () => {});
  held.end();
  await expect.poll(() => signals.length).toBe(1);
  held.destroy();
  await expect.poll(() => signals[0]?.aborted).toBe(true);
});

it('is aborted if it is first read after the client has disconnected', async () => {
  const sent = request(`${url}/trpc/late`, { agent });
  sent.on('error', () => {});
  sent.end();
  await expect.poll(() => readLate).toBeDefined();
  sent.destroy();
  await expect.poll(() => socketsClosed).toBe(1);
  readLate?.();
  await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([true]);
});

it('is data to the application, though it is created when it is read', async () => {
  await answered(request(`${url}/trpc/own`, { agent }).end());
  const assigned = new AbortController().signal;
  expect(signals).toHaveLength(2);
  expect(signals[0]).toBe(signals[1]);
  expect(assign?.(assigned)).toBe(assigned);
});

it('does not abort if a connection ends after its answers', async () => {
  const sent = callWait();
  const [socket] = await once(sent, 'socket');
  await answered(sent);
  socket.destroy();
  const [, server] = await Promise.all([once(socket, 'close'), app.close()]);
  expect([server, signals.map(({ aborted }) => aborted)]).toEqual([undefined, [false]]);
});

it('is separate for each connection', async () => {
  await answered(callWait());
  const other = request(`${url}/trpc/wait`);
  other.on('error', () => {});
  other.end();
  await expect.poll(() => signals.length).toBe(2);
  const third = callWait();
  await expect.poll(() => signals.length).toBe(3);
  other.destroy();
  await expect.poll(() => signals[1]?.aborted).toBe(true);
  expect(signals[2]?.aborted).toBe(false);
  third.destroy();
});
