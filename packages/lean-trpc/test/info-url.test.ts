import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { request as requestTls } from 'node:https';
import { initTRPC } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { leanRequestHandler } from '../src/index.js';

/** TLS with a shared key, which needs no certificate. */
const sharedKey = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' as const };
const psk = Buffer.alloc(16, 1);

const target = '/trpc/url?input=1';
const apps: FastifyInstance[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

/** Serves the query `url`, which returns `info.url`, and returns the port. */
async function listen<A extends object>(app: A, handle: typeof fastifyRequestHandler): Promise<number> {
  const t = initTRPC.context<{ url: string }>().create();
  const router = t.router({ url: t.procedure.query(({ ctx }) => ctx.url) });
  const instance = app as unknown as FastifyInstance;
  apps.push(instance);
  instance.get<{ Params: { path: string } }>('/trpc/:path', async (req, res) => {
    const createContext = ({ info }: { info: { url: URL | null } }) => ({ url: String(info.url) });
    await handle<typeof router, FastifyRequest, FastifyReply>({
      router,
      req: req as FastifyRequest,
      res,
      path: req.params.path,
      createContext,
    });
    return res;
  });
  return Number(new URL(await instance.listen({ port: 0, host: '127.0.0.1' })).port);
}

/** Requests by protocol: each returns the body of the answer. */
const protocols = {
  async http(handle: typeof fastifyRequestHandler) {
    const port = await listen(fastify(), handle);
    return bodyOf(request({ port, path: target, headers: { host: 'example.com:80' } }).end());
  },
  async https(handle: typeof fastifyRequestHandler) {
    const https = { ...sharedKey, pskCallback: () => psk };
    const port = await listen(fastify({ https }), handle);
    const options = {
      ...sharedKey,
      pskCallback: () => ({ psk, identity: 'test' }),
      checkServerIdentity: () => undefined,
    };
    return bodyOf(requestTls({ port, path: target, headers: { host: 'example.com:8443' }, ...options }).end());
  },
  async http2(handle: typeof fastifyRequestHandler) {
    const port = await listen(fastify({ http2: true }), handle);
    return bodyOfHttp2(port, { ':scheme': 'http', ':authority': 'example.com' });
  },
  async 'http2 behind a proxy that ends TLS'(handle: typeof fastifyRequestHandler) {
    const port = await listen(fastify({ http2: true }), handle);
    return bodyOfHttp2(port, { ':scheme': 'https', ':authority': 'example.com:99' });
  },
};

async function bodyOf(sent: ReturnType<typeof request>): Promise<string> {
  const [answer] = await once(sent, 'response');
  return textOf(answer);
}

async function bodyOfHttp2(port: number, headers: Record<string, string>): Promise<string> {
  const client = connect(`http://127.0.0.1:${port}`);
  const body = await textOf(client.request({ ':path': target, ...headers }));
  client.close();
  return body;
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it.each([
  ['http', 'http://example.com/trpc/url?input=1'],
  ['https', 'https://example.com:8443/trpc/url?input=1'],
  ['http2', 'http://example.com/trpc/url?input=1'],
  ['http2 behind a proxy that ends TLS', 'https://example.com:99/trpc/url?input=1'],
] as const)('gives createContext the URL that tRPC gives, over %s', async (protocol, url) => {
  const [official, lean] = await Promise.all([fastifyRequestHandler, leanRequestHandler].map(protocols[protocol]));
  expect(official).toBe(JSON.stringify({ result: { data: url } }));
  expect(lean).toBe(official);
});
