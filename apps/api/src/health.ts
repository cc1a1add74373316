import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

const readyWithinMs = 1000;

/**
 * `/livez`: the process answers. `/readyz`: the database does too, within a second; else 503, so that traffic goes elsewhere: at once when the
 * app closes. Anybody may ask, so all who ask at the same time share one look at the database.
 */
export function addHealth(app: FastifyInstance, isReady: () => Promise<unknown>): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  let looking: Promise<unknown> | undefined;
  const look = () => {
    const late = sleep(readyWithinMs, false, { ref: false });
    looking ??= Promise.race([isReady().catch(() => false), late]).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = !isClosing && (await look()) !== false;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}
