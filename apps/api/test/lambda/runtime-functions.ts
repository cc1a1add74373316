import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleLambda } from '@aws-starter-kit/lambda-bundle';

const entry = fileURLToPath(new URL('../../src/lambda.ts', import.meta.url));

/** Bundles the API into a folder of its own. */
export async function bundledApi() {
  const folder = mkdtempSync(path.join(tmpdir(), 'lambda-api-'));
  const { file } = await bundleLambda({ entry, outFile: path.join(folder, 'index.mjs') });
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

/** Returns the NODE_OPTIONS that run a script before a function. */
export const preload = (script: string) => `--import=data:text/javascript,${encodeURIComponent(script)}`;

/** A TCP proxy in front of an engine, to break connections while a function is frozen. */
export async function dyingConnections(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  const sockets = new Set<Socket>();
  const pairs = new Set<readonly [Socket, Socket]>();
  let connections = 0;
  let received = '';
  let isMute = false;
  const server = createServer((socket) => {
    connections++;
    const upstream = connect(Number(port), hostname);
    const pair = [socket, upstream] as const;
    pairs.add(pair);
    for (const one of pair) {
      sockets.add(one);
      one.on('error', () => {});
      one.once('close', () => {
        sockets.delete(one);
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    socket.on('data', (chunk) => {
      received += chunk;
    });
    if (!isMute) socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    /** All requests so far. */
    received: () => received,
    /** Ends the connections, as a server does with idle connections. */
    end() {
      for (const [socket] of pairs) socket.end();
    },
    /** Resets the connections, as a firewall does after its timeout. */
    reset() {
      for (const [socket] of pairs) socket.resetAndDestroy();
    },
    /** Silently drops all further data, as a network does with the packets of idle connections. */
    silence() {
      for (const [socket, upstream] of pairs) {
        socket.unpipe(upstream);
        upstream.unpipe(socket);
        socket.resume();
      }
    },
    /** Does the same with all new connections. */
    mute() {
      isMute = true;
      this.silence();
    },
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
