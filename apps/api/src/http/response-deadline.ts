import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Longer answers end their connection. The kernel buffers shorter ones whole; for these, a socket costs little. */
const longAnswer = 256 * 1024;

/**
 * Resets the connection of a client that has not read its answer within `deadlineMs`: such a client would hold the
 * memory of the answer for as long as it likes. What the kernel has taken over looks sent, whether the client reads it
 * or not. So a long answer ends its connection, and the client has to close its side too.
 */
export function limitResponseTime(app: FastifyInstance, { deadlineMs = 10_000 } = {}): void {
  const sockets = new Set<Socket>();
  /** When a part of the current answer was first found unsent, by `performance.now()`. */
  const waitingSince = new Map<Socket, number>();

  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      waitingSince.delete(socket);
    });
  });
  app.addHook('onSend', ({ raw: { socket, httpVersion } }, reply, payload, done) => {
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
    const isLong = isText ? payload.length > longAnswer : isStream(payload);
    // for HTTP/1.0, the end of the connection may be that of the answer
    if (isLong && httpVersion !== '1.0' && socket instanceof Socket) {
      reply.header('connection', 'close');
      closeWithin(socket, deadlineMs);
    }
    done();
  });
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    if (waitingSince.size > 0) waitingSince.delete(raw.socket); // the next answer has its own time
    done();
  });
  // one timer for all sockets: one for each answer would be a cost of every call
  const intervalMs = deadlineMs / 5;
  const sweep = setInterval(() => {
    const now = performance.now();
    for (const socket of sockets) {
      const since = waitingSince.get(socket);
      if (socket.writableLength === 0) waitingSince.delete(socket);
      else if (since === undefined) waitingSince.set(socket, now);
      // at the sweep next to the deadline: a timer that is 1 ms early must not leave it to the one after
      else if (now - since > deadlineMs - intervalMs / 2) socket.resetAndDestroy();
    }
  }, intervalMs);
  sweep.unref();
  app.addHook('onClose', async () => clearInterval(sweep));
}

/** A stream of Node, or tRPC's answer piece by piece. Its other answers in this form are short. */
const isStream = (payload: unknown) =>
  payload instanceof Response
    ? payload.headers.get('transfer-encoding') === 'chunked'
    : typeof Object(payload).pipe === 'function';

/**
 * Leaves it to the client to close a connection after a long answer, and resets it if that does not happen in time. A
 * connection that Node has ended cannot be reset any more: the kernel would serve a slow client for minutes.
 */
function closeWithin(socket: Socket, ms: number): void {
  const destroySoon = socket.destroySoon.bind(socket); // called by Node after the last answer
  socket.destroySoon = () => {
    if (socket.bytesWritten <= longAnswer) return destroySoon(); // of a short stream
    const timer = setTimeout(() => socket.resetAndDestroy(), ms);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  };
}
