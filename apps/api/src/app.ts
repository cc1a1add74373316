import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import type { Logger } from '@aws-lambda-powertools/logger';
import { leanRequestHandler } from '@aws-starter-kit/lean-trpc';
import type { AnyTRPCRouter } from '@trpc/server';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import { addBrowserRules } from './browser-rules.js';
import { type CallRate, limitStrangers, takeCalls } from './call-rate.js';
import { retryAfter } from './client-error.js';
import { closeSockets } from './closing.js';
import { createContext, type Shared } from './context.js';
import { demandToken, refuseAll } from './demand-token.js';
import { fastifyLogger } from './fastify-logger.js';
import { addHealth } from './health.js';
import { handleError, sendError } from './http-errors.js';
import { JsonLogger } from './json-logger.js';
import type { Authenticate } from './jwt-authentication.js';
import { maxBatchSize } from './max-batch-size.js';
import type { Metrics } from './metrics.js';
import { type SubjectToUserId, userOfVerifiedEmail } from './own-user.js';
import { appRouter } from './router.js';
import { makeServices, type Services } from './services.js';
import { makeSharedReads } from './shared-reads.js';
import { shedLoad } from './shed-load.js';
import { makeSlots } from './slots.js';

export { callRate } from './call-rate.js';
export { jwtAuthentication } from './jwt-authentication.js';
export { makeServices, type Services } from './services.js';
export { procedure, router } from './trpc.js';
export { usersRouter } from './users-router.js';

/** What the API is made of. */
export interface AppDependencies {
  /** Finds out who calls: `jwtAuthentication({ issuer, audience })`, in tests that of a `localIssuer()`. @default nobody is let in */
  authenticate?: Authenticate;
  /** Finds the user that a caller is, whom they may read and change. @default who has the address that the token says is verified */
  subjectToUserId?: SubjectToUserId;
  /** Makes the services of one request, with a logger that names the request. @default those of the table that the environment names */
  services?: (logger: Logger) => Services;
  /** @default a Powertools Logger at INFO, named `aws-starter-kit-api` */
  logger?: Logger;
  /** Whether the database answers: it does not if this rejects, or resolves to false. @default a user is looked up, within a second */
  isReady?: () => Promise<unknown>;
  /** Who may call how often. @default nobody counts */
  callRate?: CallRate | undefined;
  /** Calls at the database at one time; as many may wait. @default 128 */
  maxConcurrentCalls?: number | undefined;
  /** Addresses of proxies whose `X-Forwarded-For` says who calls. @default none */
  trustProxy?: string[] | undefined;
  /** Origins whose pages may call. @default none */
  corsOrigins?: readonly string[] | undefined;
  metrics?: Metrics | undefined;
  /** What it serves, under `/trpc`. @default `AppRouter` */
  router?: AnyTRPCRouter;
  /** How long a closing app takes requests. @default 0 */
  drainMs?: number | undefined;
}

/** The query of a call, which tRPC reads itself: for a batch of 20 to parse it here too would cost as much as two of its calls. */
const isOfTrpc = /^(batch=1&)?input=%7B/;

/** What a sender may take: who is slower, or sends more, is cut off. */
const bounds = {
  bodyLimit: 65_536, // 1,000 ids, or 20 users, with room to spare
  routerOptions: {
    maxParamLength: 16_384, // Node takes 16 KB of URL and headers: the path of a batch is never too long for us
    querystringParser: (query: string) => (isOfTrpc.test(query) ? {} : parseQuery(query)),
  },
  requestTimeout: 15_000,
  connectionTimeout: 30_000, // a socket on which nothing moves; longer than any call may take (5 s)
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
};

/**
 * Builds the API: tRPC under `/trpc`, health at `/livez` and `/readyz`. It never listens by itself:
 *
 * ```ts
 * const app = buildApp({ authenticate: jwtAuthentication({ issuer, audience }) });
 * await app.listen({ port: 3000 });
 * ```
 */
export function buildApp(dependencies: AppDependencies = {}): FastifyInstance {
  const {
    subjectToUserId = userOfVerifiedEmail,
    services = (logger) => makeServices({ logger }),
    logger = new JsonLogger({ serviceName: 'aws-starter-kit-api', logLevel: 'INFO' }),
    isReady = () => services(logger).users.getUserById('readyz', { deadlineMs: 1000 }),
    metrics,
  } = dependencies;
  const slots = makeSlots(dependencies.maxConcurrentCalls);
  metrics?.watchCalls(() => slots.taken);

  const app = fastify({
    ...bounds,
    loggerInstance: fastifyLogger(logger),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId,
    trustProxy: dependencies.trustProxy ?? false,
    return503OnClosing: false, // who was let in is served: `closeSockets` ends it
    exposeHeadRoutes: false, // tRPC answers HEAD in a way that Fastify cannot send
    frameworkErrors: handleError,
  });
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) => sendError(404, request, reply));
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (isPlainTarget(request)) done();
    else sendError(400, request, reply);
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (reply.statusCode >= 400 || logger.level <= debugLevel) logRequest(request, reply);
    done();
  });

  addHealth(app, isReady);
  closeSockets(app, { drainMs: dependencies.drainMs });
  addBrowserRules(app, dependencies.corsOrigins);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.register(async (trpc) => {
    const shared: Shared = { subjectToUserId, services, logger, slots, metrics, userReads: makeSharedReads() };
    shedLoad(trpc, shared);
    addTrpc(trpc, shared, dependencies);
  });
  return app;
}

/**
 * tRPC on a route of our own instead of its Fastify plugin, which also accepts multipart bodies (no limit binds them, and a page of any
 * origin may send them) and every method. JSON is the only type of body, and is left to tRPC to parse.
 */
function addTrpc(
  app: FastifyInstance,
  shared: Shared,
  { callRate, authenticate = refuseAll, router = appRouter }: AppDependencies,
): void {
  app.route<{ Params: { path: string } }>({
    method: ['GET', 'POST'],
    url: '/trpc/:path',
    onRequest: demandToken(app, authenticate, callRate && limitStrangers(app, callRate)),
    handler: async (req, res) => {
      const { id: requestId, actor } = req;
      if (!actor) throw new Error('Nothing gets here without an actor');
      await leanRequestHandler({
        router,
        path: req.params.path,
        req,
        res,
        maxBatchSize,
        allowMethodOverride: true, // our client sends queries by POST: inputs hold addresses, and URLs end up in logs
        createContext: async ({ info: { calls, signal } }) => {
          if (callRate) await takeCalls(callRate, { subject: actor.subject, calls, requestId });
          return createContext({ requestId, actor, signal, isBatch: calls.length > 1 }, shared);
        },
        responseMeta: ({ errors }) => {
          const isForbidden = errors.some(({ code }) => code === 'FORBIDDEN');
          const challenge = isForbidden && { 'www-authenticate': 'Bearer error="insufficient_scope"' };
          return errors.length > 0 ? { headers: { ...retryAfter(errors), ...challenge } } : {};
        },
        onError: ({ error, path }) => {
          if (error.code === 'INTERNAL_SERVER_ERROR')
            req.log.error({ err: error.cause ?? error, procedure: path }, 'unexpected error');
        },
      });
      return res;
    },
  });
}

/** Takes the caller's id of a request if it is short and plain, so that it can be followed across systems; else a new one. */
function genReqId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** tRPC makes a URL of target and Host header, and fails where that is none or holds credentials. */
function isPlainTarget({ raw: { url = '', headers } }: FastifyRequest): boolean {
  return url.startsWith('/') && /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(headers.host ?? 'localhost');
}

/** Powertools' number for the level DEBUG. */
const debugLevel = 8;

/** Calls log themselves; of requests only those that reached no call, or failed, are worth a line at INFO. */
function logRequest({ log, method, url }: FastifyRequest, { statusCode: status, elapsedTime }: FastifyReply): void {
  const [path = ''] = url.slice(0, 200).split('?', 1); // inputs, and so addresses, are in the query
  const durationMs = Math.round(elapsedTime * 10) / 10;
  const keys = { method, path: path.replaceAll(/[^\w./,-]/g, '?'), status, durationMs };
  log[status < 400 ? 'debug' : 'info'](keys, 'request');
}
