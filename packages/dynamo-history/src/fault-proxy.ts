import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { FaultyHandler } from '@aws-starter-kit/dynamo-faults';

type HttpRequest = Parameters<FaultyHandler['handle']>[0];

/** Headers that belong to one connection, or to a body as it was sent. */
const ownHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/**
 * Starts a server before an engine that injects the faults of a handler, for clients that do not use the SDK's handlers. It passes answers on. Any
 * other fault looks like a connection that breaks, and a hang like one that stays silent.
 */
export async function startFaultProxy(endpoint: string, faults: Pick<FaultyHandler, 'handle'>) {
  const server = createServer((request, response) => {
    pass(request, response, new URL(endpoint), faults).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
  faults: Pick<FaultyHandler, 'handle'>,
) {
  const body = await buffer(request);
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  const forwarded = {
    protocol: target.protocol,
    hostname: target.hostname,
    port: Number(target.port),
    method: request.method,
    path: request.url,
    query: {},
    headers: { ...request.headers, host: target.host },
    body,
  };
  // the handlers read only these fields of the SDK's class
  const sent = forwarded as unknown as HttpRequest;
  const { response: answer } = await faults.handle(sent, { abortSignal: closed.signal });
  const content = await buffer(answer.body);
  const headers = Object.entries(answer.headers).filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  response.writeHead(answer.statusCode, { ...Object.fromEntries(headers), 'content-length': content.byteLength });
  response.end(content);
}
