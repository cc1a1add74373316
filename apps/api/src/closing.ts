import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** Longer than a call may take (5 s), shorter than what orchestrators wait before they kill (10 s). */
const defaultGraceMs = 6000;

export interface ClosingOptions {
  graceMs?: number;
  /** How long requests are still taken, each answer the last on its socket, so that who spreads the load can send it elsewhere. @default 0 */
  drainMs?: number | undefined;
}

/**
 * Lets `app.close()` end soon and always. Node waits for every socket but those it counts as idle, and to it a socket that never sent
 * a request, as browsers open in advance, is not. Here it closes at once each socket on which no request is served, each other one
 * when its request is answered, and after `graceMs` what is left.
 */
export function closeSockets(
  app: FastifyInstance,
  { graceMs = defaultGraceMs, drainMs = 0 }: ClosingOptions = {},
): void {
  const unused = new Set<Socket>();
  let isClosing = false;
  let isDrained = false;

  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.addHook('onRequest', async ({ raw }) => {
    unused.delete(raw.socket);
  });
  // of requests too that came before: whoever is not told sends the next one into a socket that closes
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', async ({ raw }) => {
    if (isDrained) raw.socket.end();
    else if (!raw.socket.destroyed) unused.add(raw.socket);
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    await sleep(drainMs);
    isDrained = true;
    for (const socket of unused) socket.destroy();
    setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
  });
}
