import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ApiLogger } from '../telemetry/logger.js';
import { newRequestId } from '../telemetry/request-id.js';
import { errorBody } from './http-errors.js';

/** Headers of each answer. */
type Headers = Readonly<Record<string, string>>;

/** Statuses by the code of Node's error; 400 for all others. */
const statuses: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/**
 * Returns a handler of requests that Fastify never sees: no HTTP, too large in their headers, or not complete in time.
 * It logs only the code of the error, which also holds the bytes of the request.
 */
export const handleUnparsedRequest =
  (logger: ApiLogger, headers: Headers) =>
  ({ code = '' }: { code?: string }, socket: Socket): void => {
    if (code === 'ECONNRESET' || socket.destroyed) return;
    if (socket.writable) {
      const status = statuses[code] ?? 400;
      const { body, head } = unparsedAnswer(status, code, logger, headers);
      const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
      socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
    }
    socket.destroy();
  };

/** Returns a handler of the header `Expect` with an unknown value. Node would answer without a body. */
export const rejectExpectation =
  (logger: ApiLogger, headers: Headers) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    const { body, head } = unparsedAnswer(417, 'EXPECTATION', logger, headers);
    response.writeHead(417, head).end(body);
  };

/** Logs a request that Fastify never sees, and returns body and headers of its answer. */
export function unparsedAnswer(status: number, reason: string, logger: ApiLogger, headers: Headers) {
  const requestId = newRequestId();
  logger.info('request', { status, reason, requestId });
  const body = JSON.stringify(errorBody(status, requestId));
  const head = {
    ...headers,
    'x-request-id': requestId,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  return { body, head };
}
