import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Longest wait for the database. Its answer counts for the same time. */
const readyWithinMs = 1000;

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * Adds `/livez` (the process answers) and `/readyz` (the database answers within a second; else, and while the app
 * closes, 503). Both are open to everybody, so the database is checked at most once a second.
 * @param admit runs before each check, to count the requests of a caller
 */
export function addHealth(app: FastifyInstance, isReady: () => Promise<unknown>, admit: Hook = async () => {}): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  let checking: Promise<unknown> | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  const check = () => {
    if (!checking || performance.now() - checkedAt >= readyWithinMs) {
      checkedAt = performance.now();
      checking = Promise.race([isReady().catch(() => false), sleep(readyWithinMs, false, { ref: false })]);
    }
    return checking;
  };
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', { onRequest: admit }, async (_request, reply) => {
    const ready = !isClosing && (await check()) !== false;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}
