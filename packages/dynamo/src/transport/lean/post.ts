/// <reference path="./undici-modules.d.ts" />
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
// `undici` itself loads fetch, WebSocket and caches too: a fifth of a function's bundle
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Reply } from '../reply.js';
import { type Attempt, attemptIsOver } from '../transport.js';

/** Sends one POST and reads the reply to its end. Rejects with a `code` if the network fails, the reply is not HTTP or the attempt is over. */
export function post(
  dispatcher: Dispatcher,
  { path, headers, body }: { path: string; headers: string[]; body: string },
  attempt: Attempt,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch({ method: 'POST', path, headers, body }, new ReplyReader(attempt, resolve, reject));
  });
}

/** Reads one reply. A class, so that a request allocates no functions. */
class ReplyReader implements Dispatcher.DispatchHandler {
  readonly #attempt: Attempt;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: Error) => void;
  #status = 0;
  #headers: Reply['headers'] = {};
  #chunks: Buffer[] = [];

  constructor(attempt: Attempt, resolve: (reply: Reply) => void, reject: (error: Error) => void) {
    this.#attempt = attempt;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const attempt = this.#attempt;
    if (attempt.isOver) {
      controller.abort(attemptIsOver());
      return;
    }
    attempt.isSent = true; // there is a connection, and the request is written next
    attempt.onOver = () => controller.abort(attemptIsOver());
  }

  onResponseStart(_: unknown, status: number, headers: Reply['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const chunks = this.#chunks;
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_: unknown, error: NodeJS.ErrnoException): void {
    this.#reject(Object.assign(error, { code: error.code ?? 'BAD_RESPONSE' })); // not HTTP: no code
  }
}

/** The same as that of the SDK's handler in `createDynamoClient`. */
const connectionTimeoutMs = 1000;
/** How long an idle socket is kept if the server does not say. */
const keepAliveMs = 20_000;

/**
 * Returns a pool of connections to a server, each with one request in flight. As far as is known, DynamoDB accepts only HTTP/1.1. Requests are
 * not pipelined: each would wait for the one before it, and the reset of an abandoned attempt would also end those behind it.
 * @param maxSockets undefined: no limit
 */
export const createPool = (origin: string, maxSockets: number | undefined): Dispatcher =>
  new Pool(origin, {
    connections: maxSockets ?? null,
    connect: resettingConnector(connectionTimeoutMs),
    keepAliveTimeout: keepAliveMs,
    headersTimeout: 0, // the call has a deadline
    bodyTimeout: 0,
  });

type Connector = ReturnType<typeof buildConnector>;

/**
 * Returns undici's connector, except that the socket of an aborted request is reset. A socket that is closed delivers what has been
 * written to it first, for as long as the network takes: the write of an abandoned attempt would arrive after its retry.
 */
function resettingConnector(timeout: number): Connector {
  const connect = buildConnector({ timeout });
  return (options, callback) => {
    const isTls = options.protocol === 'https:';
    const port = options.port || (isTls ? '443' : '80');
    // TLS runs on a TCP socket of its own, since only that one can be reset
    connect({ ...options, port, protocol: 'http:' }, (error, tcp) => {
      if (error) return callback(error, null);
      if (!isTls) return callback(null, resetting(tcp, tcp));
      connect({ ...options, httpSocket: tcp }, (tlsError, tls) => {
        if (tlsError) callback(tlsError, null);
        else callback(null, resetting(tls, tcp));
      });
    });
  };
}

function resetting<S extends Socket>(socket: S, tcp: Socket): S {
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error) => {
    if (error?.message === 'aborted' && !tcp.destroyed) tcp.resetAndDestroy(); // undici's reason after an abort, and only then
    return destroy(error);
  };
  return socket;
}
