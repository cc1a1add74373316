import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** `pass` on the request; answer `broken` HTML as gateways do; or pass it on and `lose` the answer. */
export type Treatment = 'pass' | 'broken' | 'lose';

export interface BreakingProxy {
  url: string;
  stop(): Promise<void>;
}

/** Starts a proxy between a client and the API. `treat` decides what happens to each request. */
export async function breakingProxy(
  target: string,
  treat: (path: string) => Treatment,
  port = 0,
): Promise<BreakingProxy> {
  const server = createServer((request, response) => {
    handle(target, treat(request.url ?? ''), request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(target: string, treatment: Treatment, request: IncomingMessage, response: ServerResponse) {
  if (treatment === 'broken') {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
    return;
  }
  const { url = '', method = 'GET', headers } = request;
  const answer = await fetch(target + url, {
    method,
    headers: Object.fromEntries(
      ['content-type', 'authorization', 'idempotency-key'].flatMap((name) => {
        const value = headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    ),
    ...(method === 'POST' && { body: await buffer(request) }),
  });
  const body = await answer.text();
  if (treatment === 'lose') response.destroy();
  else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
}

/** Returns a port on which nothing listens. */
export async function unusedPort(): Promise<number> {
  const proxy = await breakingProxy('', () => 'broken');
  await proxy.stop();
  return Number(new URL(proxy.url).port);
}
