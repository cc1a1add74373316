import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** One request: its socket, and its place among all requests and among those of its connection. */
export interface RawRequest {
  readonly socket: Socket;
  readonly at: number;
  readonly atOnConnection: number;
  readonly body: string;
}

/** A TCP server on this machine that writes any bytes in reply to a request, for replies that no HTTP server gives. */
export async function rawServer(reply: (request: RawRequest) => void, tls?: { cert: string; key: string }) {
  const sockets = new Set<Socket>();
  /** How each connection ended: with a code if it was reset. */
  const ends: (string | undefined)[] = [];
  let requests = 0;
  let connections = 0;
  const onConnection = (socket: Socket) => {
    let received = '';
    let requestsOfConnection = 0;
    let code: string | undefined;
    connections++;
    sockets.add(socket);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    socket.on('close', () => {
      ends.push(code);
      sockets.delete(socket);
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      for (;;) {
        const bodyAt = received.indexOf('\r\n\r\n') + 4;
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
        if (bodyAt < 4 || received.length < bodyAt + length) return;
        const body = received.slice(bodyAt, bodyAt + length);
        received = received.slice(bodyAt + length);
        reply({ socket, at: requests++, atOnConnection: requestsOfConnection++, body });
      }
    });
  };
  const server = tls ? createTlsServer(tls, onConnection) : createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ends,
    get requests() {
      return requests;
    },
    get connections() {
      return connections;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A server that passes bytes on to a port of this machine, and tells how each connection to it ended: a TLS server does not see a reset. */
export async function relay(toPort: number) {
  const ends: (string | undefined)[] = [];
  const server = createServer((socket) => {
    let code: string | undefined;
    const upstream = connect(toPort, '127.0.0.1');
    upstream.on('error', () => {});
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    socket.on('close', () => {
      ends.push(code);
      upstream.destroy();
    });
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, ends, stop: () => server.close() };
}

/** The bytes of a reply; `content-length` is added to those with a body unless another framing is given. */
export function httpReply(status: string, body: string | Buffer = '', headers: readonly string[] = []): Buffer {
  const framing = headers.some((header) => /^(transfer-encoding|connection): /.test(header));
  const lines = [`HTTP/1.1 ${status}`, ...headers, ...(framing ? [] : [`content-length: ${Buffer.byteLength(body)}`])];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}
