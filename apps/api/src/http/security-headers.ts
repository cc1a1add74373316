import { fastifyCors } from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/** Headers of each answer, as OWASP advises for an API: it is no page that a browser may show or frame, and not kept. */
export const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
};

/** Adds the security headers to each answer, and lets pages of these origins call. */
export function addSecurityHeaders(app: FastifyInstance, corsOrigins: readonly string[] = []): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
  if (corsOrigins.length === 0) return;
  app.register(fastifyCors, {
    origin: [...corsOrigins],
    methods: ['GET', 'POST'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'trpc-accept',
      'x-request-id',
      'idempotency-key',
      'last-event-id',
    ],
    exposedHeaders: ['x-request-id', 'retry-after', 'idempotency-replayed'],
    maxAge: 600,
  });
  // tRPC's `vary` takes the place of the plugin's. A cache would then give the answer for one origin to another.
  app.addHook('onSend', (_request, reply, payload, done) => {
    const vary = String(reply.getHeader('vary') ?? '');
    if (payload instanceof Response)
      payload.headers.append('vary', 'Origin'); // its headers replace the reply's
    else if (!/\borigin\b/i.test(vary)) reply.header('vary', vary === '' ? 'Origin' : `${vary}, Origin`);
    done();
  });
}
