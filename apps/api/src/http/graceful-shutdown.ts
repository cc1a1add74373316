import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * Bounds the time that `app.close()` takes. Node waits for every socket that it does not count as idle, among them
 * those that browsers open in advance and that never sent a request. With this, closing ends sockets without a request
 * at once, the others after their answer, and what is left after `graceMs`: longer than a call may take (5 s), shorter
 * than orchestrators wait (10 s).
 * @param options `drainMs`: how long requests are still accepted while the load balancer notices; each answer is the
 * last on its socket
 */
export function gracefulShutdown(
  app: FastifyInstance,
  { graceMs = 6000, drainMs = 0 }: { graceMs?: number; drainMs?: number | undefined } = {},
): void {
  const unused = new Set<Socket>();
  let isClosing = false;
  let isDrained = false;

  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    unused.delete(raw.socket);
    done();
  });
  // also on answers to earlier requests: a client that is not told would send its next request into a closing socket
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    const { socket } = raw;
    if (!(socket instanceof Socket)) return done(); // of `app.inject()`
    if (isDrained) socket.end();
    else if (!socket.destroyed) unused.add(socket);
    done();
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    await sleep(drainMs);
    isDrained = true;
    for (const socket of unused) socket.destroy();
    setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
  });
}
