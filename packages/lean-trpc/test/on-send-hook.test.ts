import { setImmediate } from 'node:timers/promises';
import { initTRPC } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { leanRequestHandler } from '../src/index.js';

it.each([fastifyRequestHandler, leanRequestHandler])(
  'resolves when asynchronous onSend hooks have ended, so that a route need not return its reply: %o',
  async (handle) => {
    const payloads: unknown[] = [];
    const app = fastify();
    const t = initTRPC.create();
    const router = t.router({ hello: t.procedure.query(() => 'world') });
    app.get<{ Params: { path: string } }>('/trpc/:path', async (req, res) => {
      await handle({ router, req, res, path: req.params.path });
    });
    app.addHook('onSend', async (_request, _reply, payload) => {
      payloads.push(payload);
      await setImmediate();
    });
    const { statusCode, body } = await app.inject('/trpc/hello');
    await app.close();
    expect([statusCode, body]).toEqual([200, '{"result":{"data":"world"}}']);
    expect(payloads).toHaveLength(1); // Fastify sends what a route returns if nothing was sent: here undefined
  },
);
