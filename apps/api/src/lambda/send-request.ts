import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Invocation } from '../telemetry/invocation.js';
import type { GatewayRequest } from './gateway-request.js';
import { inMemoryConnection } from './in-memory-connection.js';

/** Invocations by the connection of their request. */
const invocations = new WeakMap<object, Invocation>();

/** Returns the invocation of a request. */
export const invocationOf = ({ raw }: FastifyRequest): Invocation | null => invocations.get(raw.socket) ?? null;

export interface Exchange {
  readonly response: IncomingMessage;
  /** Aborts the request, as a client that disconnects does. */
  abort(): void;
  /** Resolves when the hooks after the response have run, so that all log lines have been created. */
  readonly served: Promise<unknown>;
}

/**
 * Sends a request to the app over an in-memory connection, with Node's HTTP client and server on its ends. So all
 * limits of the server apply as on a port: sizes, malformed requests, time limits. `app.inject()` bypasses them.
 * @throws TypeError if method or headers are not valid HTTP
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
