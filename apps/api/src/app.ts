import { LogLevelThreshold } from '@aws-lambda-powertools/logger';
import type { DynamoModelOptions, ModelLogger } from '@aws-starter-kit/dynamo/model';
import type { AnyTRPCRouter } from '@trpc/server';
import { type FastifyInstance, type FastifyRequest, fastify, LogController } from 'fastify';
import type { Authenticate } from './auth/jwt-authentication.js';
import type { Access } from './auth/roles.js';
import { handleError, sendError } from './errors/http-errors.js';
import { handleUnparsedRequest, rejectExpectation } from './errors/unparsed-requests.js';
import { gracefulShutdown } from './http/graceful-shutdown.js';
import { addHealth } from './http/health.js';
import { acceptJsonBodies } from './http/json-body.js';
import { addLoadShedding } from './http/load-shedding.js';
import { logRequest, recordRejection } from './http/request-log.js';
import { isPlainTarget } from './http/request-target.js';
import { limitResponseTime } from './http/response-deadline.js';
import { addSecurityHeaders, securityHeaders } from './http/security-headers.js';
import { serverLimits } from './http/server-limits.js';
import { addTrpc } from './http/trpc-route.js';
import type { LiveFeed } from './live/live-changes.js';
import { subscriptionLimit } from './live/subscription-limit.js';
import { concurrencyLimit } from './load/concurrency-limit.js';
import { keyedQueue } from './load/keyed-queue.js';
import { trustedProxies } from './load/network.js';
import { singleFlight } from './load/single-flight.js';
import { makeServices, type Services } from './services.js';
import { type AuditTrail, auditTrail } from './telemetry/audit-trail.js';
import { fastifyLogger } from './telemetry/fastify-logger.js';
import type { Invocation } from './telemetry/invocation.js';
import { apiLogger, jsonLogger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';
import { newRequestId } from './telemetry/request-id.js';
import { roleSources } from './trpc/access.js';
import type { Shared } from './trpc/context.js';
import { type SubjectToUserId, userOfSubject } from './trpc/ownership.js';
import { limitByNetwork, type RateLimit } from './trpc/rate-limit.js';
import { appAccess, appRouter } from './trpc/router.js';
import { checkScopes } from './trpc/scoped-procedure.js';

export { jwtAuthentication } from './auth/jwt-authentication.js';
export type { Access, FindRoles, FindRolesOptions, Role } from './auth/roles.js';
export { lastEventId, liveChanges, liveEventOf, liveInput } from './live/live-changes.js';
export { liveModels, makeServices, type Services } from './services.js';
export { accessTable } from './trpc/access-table.js';
export { rateLimit } from './trpc/rate-limit.js';
export { type ScopedProcedureOptions, scopedProcedure } from './trpc/scoped-procedure.js';
export { liveProcedure, procedure, router } from './trpc/trpc.js';
export { usersRouter } from './trpc/users-router.js';

/** Dependencies of the API. */
export interface AppDependencies {
  /**
   * Identifies callers: `jwtAuthentication({ issuer, audience })`, in tests that of a `localIssuer()`.
   * @default every caller is rejected
   */
  authenticate?: Authenticate;
  /**
   * Finds the caller's own user, which the caller may read and change.
   * @default the user that is bound to `iss` and `sub` of the token, at first by its verified email
   */
  subjectToUserId?: SubjectToUserId;
  /**
   * Functions that look up the roles of a caller, for procedures within a scope: `organisations` for those within
   * `organisationId`. Each is called at most once per request, before the call acquires a concurrency slot.
   * @default that of `appRouter`; none for another router
   */
  access?: Access | undefined;
  /**
   * Longest time, in milliseconds, for which a revoked role stays in effect. A new role takes effect at once.
   * @default 30,000
   */
  maxRoleAgeMs?: number | undefined;
  /** The options of all models, except their logger: `{ client, tableName }`. @default those in the environment */
  table?: DynamoModelOptions | undefined;
  /**
   * Creates the services of one request, with a logger that names the request.
   * @default those of `table`
   */
  services?: (logger: ModelLogger) => Services;
  /**
   * A Powertools Logger, or another with its methods.
   * @default lines in Powertools' format at INFO, named `aws-starter-kit-api`
   */
  logger?: ModelLogger;
  /**
   * Checks the database: it is not ready if this rejects or resolves to false.
   * @default looks up a user, within a second
   */
  isReady?: () => Promise<unknown>;
  /** Bounds the calls of each caller, such as `rateLimit(6000)` a minute. @default none */
  rateLimit?: RateLimit | undefined;
  /** Most calls at the database at one time; as many more may wait. @default 128 */
  maxConcurrentCalls?: number | undefined;
  /** Most calls of one caller at the database at one time; as many more may wait. @default a quarter of all */
  maxConcurrentCallsPerCaller?: number | undefined;
  /** IP addresses of proxies whose `X-Forwarded-For` is trusted. @default none */
  trustProxy?: string[] | undefined;
  /** Origins of pages that may call. @default none */
  corsOrigins?: readonly string[] | undefined;
  /** Records who changed what. @default lines on standard output, with `stream: 'audit'` */
  audit?: AuditTrail | undefined;
  metrics?: Metrics | undefined;
  /** The feed for subscriptions: `changeFeed({ models: liveModels(table) })`. The app closes it. @default none */
  live?: LiveFeed | undefined;
  /** Returns the invocation that a request came with, in a Lambda function. @default none */
  invocationOf?: ((request: FastifyRequest) => Invocation | null) | undefined;
  /** The router under `/trpc`. @default `appRouter` */
  router?: AnyTRPCRouter;
  /** How long a closing app still accepts requests. @default 0 */
  drainMs?: number | undefined;
}

/**
 * Builds the API: tRPC under `/trpc`, health at `/livez` and `/readyz`. It never listens by itself:
 *
 * ```ts
 * const app = buildApp({ authenticate: jwtAuthentication({ issuer, audience }) });
 * await app.listen({ port: 3000 });
 * ```
 */
export function buildApp(dependencies: AppDependencies = {}): FastifyInstance {
  const logger = apiLogger(dependencies.logger ?? jsonLogger({ serviceName: 'aws-starter-kit-api', logLevel: 'INFO' }));
  const {
    subjectToUserId = userOfSubject,
    services = (logger) => makeServices({ ...dependencies.table, logger }),
    isReady = () => services(logger).users.getUserById('readyz', { deadlineMs: 1000 }),
    audit = auditTrail({ serviceName: 'aws-starter-kit-api' }),
    metrics,
  } = dependencies;
  const { router = appRouter, access = router === appRouter ? appAccess : {} } = dependencies;
  checkScopes(router, access);
  const limit = concurrencyLimit({
    concurrent: dependencies.maxConcurrentCalls,
    perCaller: dependencies.maxConcurrentCallsPerCaller,
  });
  metrics?.watchCalls(() => limit.calls);

  const app: FastifyInstance = fastify({
    ...serverLimits,
    loggerInstance: fastifyLogger(logger),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: newRequestId,
    trustProxy: dependencies.trustProxy ? trustedProxies(dependencies.trustProxy) : false,
    return503OnClosing: false, // accepted requests are served: `gracefulShutdown` ends them
    exposeHeadRoutes: false, // tRPC answers HEAD in a way that Fastify cannot send
    frameworkErrors: (error, request, reply) => {
      // of a path that cannot be decoded, for which no hook runs
      handleError(error, request, reply.headers(securityHeaders));
      logRequest(request, reply);
    },
    clientErrorHandler: handleUnparsedRequest(logger, securityHeaders),
  });
  app.server.on('checkExpectation', rejectExpectation(logger, securityHeaders));
  addSecurityHeaders(app, dependencies.corsOrigins); // before the hooks that may answer
  app.decorateRequest('rejection', null);
  app.decorateRequest('invocation', null);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) => sendError(404, request, reply));
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    request.invocation = dependencies.invocationOf?.(request) ?? null;
    if (isPlainTarget(request.raw)) done();
    else sendError(400, request, reply);
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (request.rejection) recordRejection(audit, request, request.rejection);
    if (reply.statusCode >= 400 || logger.level <= LogLevelThreshold.DEBUG) logRequest(request, reply);
    done();
  });

  addHealth(app, isReady, dependencies.rateLimit && limitByNetwork(dependencies.rateLimit, 'readyz'));
  gracefulShutdown(app, { drainMs: dependencies.drainMs });
  app.addHook('preClose', () => dependencies.live?.close()); // a subscription would keep its socket open
  limitResponseTime(app);
  acceptJsonBodies(app);
  app.register(async (trpc) => {
    const shared: Shared = {
      subjectToUserId,
      services,
      table: dependencies.table,
      roleSources: roleSources(access, dependencies.maxRoleAgeMs),
      logger,
      audit,
      limit,
      writes: keyedQueue(),
      metrics,
      live: dependencies.live,
      subscriptions: subscriptionLimit(),
      userReads: singleFlight(),
      ownUserReads: singleFlight(),
    };
    addLoadShedding(trpc, shared);
    addTrpc(trpc, shared, dependencies);
  });
  return app;
}
