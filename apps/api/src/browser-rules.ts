import type { OutgoingHttpHeaders } from 'node:http';
import { fastifyCors } from '@fastify/cors';
import { fastifyHelmet } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** What browsers are told: nothing here is a page, and only pages of the origins listed may call. */
export function addBrowserRules(app: FastifyInstance, origins: readonly string[] = []): void {
  app.register(fastifyHelmet, {
    global: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // for pages, or for browsers that are gone
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  // helmet makes the same headers anew for each request, at a tenth of what a call costs: here it makes them once
  let headers: OutgoingHttpHeaders | undefined;
  app.addHook('onRequest', (_request, reply, done) => {
    if (headers) {
      reply.headers(headers);
      return done();
    }
    Promise.resolve(reply.helmet()).then(() => {
      headers = { ...reply.raw.getHeaders() };
      done();
    }, done);
  });
  if (origins.length === 0) return;
  app.register(fastifyCors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'trpc-accept', 'x-request-id'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  });
}
