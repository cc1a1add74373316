import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

const readyWithinMs = 1000;

/** `/livez`: the process answers. `/readyz`: the database does too, within a second; else 503, so that traffic goes elsewhere: at once when the app closes. */
export function addHealth(app: FastifyInstance, isReady: () => Promise<unknown>): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const late = sleep(readyWithinMs, false, { ref: false });
    const ready = !isClosing && (await Promise.race([isReady().catch(() => false), late])) !== false;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}
