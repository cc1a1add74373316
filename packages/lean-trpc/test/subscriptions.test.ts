import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { initTRPC } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { fastify } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { leanRequestHandler } from '../src/index.js';
import { subscriptionProcedures } from './subscription-procedures.js';
import { twinApps } from './twin-apps.js';

const inputs = ['', `?input=${encodeURIComponent('{"n":1}')}`, '?input=%7B%22n%22', '?input=5'];
const positions: { query?: string; headers?: Record<string, string> }[] = [
  {},
  { headers: { 'last-event-id': 'from header' } },
  { headers: { 'last-event-id': '' } },
  { query: 'lastEventId=from%20query' },
  { query: 'Last-Event-Id=from%20query', headers: { 'last-event-id': 'from header' } },
];
const requests = Object.keys(subscriptionProcedures).flatMap((name) =>
  inputs.flatMap((input) =>
    positions.map(({ query, headers = {} }) => {
      const join = input === '' ? '?' : '&';
      return { method: 'GET' as const, url: `/trpc/live.${name}${input}${query ? join + query : ''}`, headers };
    }),
  ),
);

it('sends the events of subscriptions like tRPC, and handles them itself', async () => {
  const twins = twinApps({});
  for (const request of requests) {
    const { official, lean } = await twins.send(request);
    expect(lean, request.url).toEqual(official);
    expect(lean.headers['content-type']).toBe('text/event-stream');
  }
  expect(twins.plainCount()).toBe(requests.length);
  await twins.close();
});

it.each(['POST', 'PUT'] as const)(
  'leaves a subscription by %s, and a batch of subscriptions, to tRPC',
  async (method) => {
    for (const url of ['/trpc/live.plain', '/trpc/live.plain,live.plain?batch=1']) {
      const twins = twinApps({ allowMethodOverride: true });
      const { official, lean } = await twins.send({
        method,
        url,
        headers: { 'content-type': 'application/json' },
        payload: '{}',
      });
      expect(lean).toEqual(official);
      expect(twins.plainCount()).toBe(0);
      await twins.close();
    }
  },
);

const t = initTRPC.create({
  sse: { ping: { enabled: true, intervalMs: 20 }, client: { reconnectAfterInactivityMs: 99 } },
});

it.each([
  { name: 'this handler', handle: leanRequestHandler },
  { name: "tRPC's handler", handle: fastifyRequestHandler },
])('$name sends pings while there is no event, and ends the procedure with its client', async ({ handle }) => {
  let isAborted = false;
  let hasEnded = false;
  const router = t.router({
    endless: t.procedure.subscription(async function* ({ signal }) {
      try {
        yield 1;
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        isAborted = true;
      } finally {
        hasEnded = true;
      }
    }),
  });
  const app = fastify();
  onTestFinished(() => app.close());
  app.get<{ Params: { path: string } }>('/trpc/:path', async (req, res) => {
    await handle({ router, req, res, path: req.params.path, createContext: () => ({}) } as never);
    return res;
  });
  await app.listen({ port: 0 });
  const { port } = app.server.address() as AddressInfo;
  let body = '';
  const request = get({ port, path: '/trpc/endless' }, (response) => {
    response.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    response.on('error', () => {});
  });
  request.on('error', () => {});
  await expect.poll(() => body.match(/event: ping/g)?.length ?? 0).toBeGreaterThan(2);
  expect(body).toMatch(
    /^event: connected\ndata: \{"reconnectAfterInactivityMs":99\}\n\n\ndata: 1\n\n\n(event: ping\ndata: \n\n\n)+$/,
  );
  request.destroy();
  await expect.poll(() => ({ isAborted, hasEnded })).toEqual({ isAborted: true, hasEnded: true });
});
