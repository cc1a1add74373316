import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Invocation } from '../telemetry/invocation.js';
import type { GatewayRequest } from './gateway-request.js';
import { inMemoryConnection } from './in-memory-connection.js';

/** Invocations by the connection that their request came on. */
const invocations = new WeakMap<object, Invocation>();

/** Returns the invocation of a request. */
export const invocationOf = ({ raw }: FastifyRequest): Invocation | null => invocations.get(raw.socket) ?? null;

export interface Exchange {
  readonly response: IncomingMessage;
  /** Aborts the request, as a client that disconnects does. */
  abort(): void;
  /** Resolves when the server has done its part: its hooks after the answer have run, so the lines of the log are made. */
  readonly served: Promise<unknown>;
}

/**
 * Sends a request to the app over a connection in memory, with Node's own HTTP on both ends. So each limit of the server
 * holds as on a port: sizes, malformed requests, the deadline of an answer. `app.inject()` bypasses them.
 * @throws TypeError if method or headers are not valid in HTTP
 */
export async function sendRequest(
  app: FastifyInstance,
  { method, target, headers, body, sourceAddress }: GatewayRequest,
  invocation: Invocation,
): Promise<Exchange> {
  const { client, server } = inMemoryConnection(sourceAddress);
  const createConnection = () => client as Duplex & never;
  const hasBody = body.length > 0 || method === 'POST';
  const length = hasBody ? { 'content-length': String(body.length) } : {};
  const outgoing = request({ method, path: target, headers: { ...headers, ...length }, createConnection });
  invocations.set(server, invocation);
  const served = new Promise((resolve) => server.once('close', resolve));
  app.server.emit('connection', server);
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { response, served, abort: () => void client.destroy() };
}
