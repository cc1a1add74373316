import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * Lets `app.close()` end soon and always. Node waits for every socket but those it counts as idle, and to it a socket that never sent
 * a request, as browsers open in advance, is not. Here it closes at once each socket on which no request is served, each other one
 * when its request is answered, and after `graceMs` what is left: longer than a call may take (5 s), shorter than what orchestrators wait (10 s).
 * @param options `drainMs`: how long requests are still taken, each answer the last on its socket, so that who spreads the load can send it elsewhere
 */
export function closeSockets(
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
  // of requests too that came before: whoever is not told sends the next one into a socket that closes
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    if (isDrained) raw.socket.end();
    else if (!raw.socket.destroyed) unused.add(raw.socket);
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
