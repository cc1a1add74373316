import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DelayingProxy {
  url: string;
  /** Running requests, and the most at one time. */
  active: number;
  most: number;
  stop(): void;
}

/** A proxy before an engine that delays each answer: a database with a known capacity, as distant as a real one. */
export async function delayingProxy(endpoint: string, delayMs: number): Promise<DelayingProxy> {
  const { hostname, port } = new URL(endpoint);
  const server = createServer((incoming, outgoing) => {
    proxy.most = Math.max(proxy.most, ++proxy.active);
    outgoing.once('close', () => proxy.active--);
    const { method, url, headers } = incoming;
    const upstream = request({ hostname, port, method, path: url, headers }, async (answer) => {
      await sleep(delayMs);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: DelayingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    active: 0,
    most: 0,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}
