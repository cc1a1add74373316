import { leanRequestHandler } from '@aws-starter-kit/lean-trpc';
import type { AnyTRPCRouter, TRPCError } from '@trpc/server';
import type { TRPCRequestInfo } from '@trpc/server/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor, Authenticate } from '../auth/jwt-authentication.js';
import { rejectAll, requireToken } from '../auth/require-token.js';
import { ClientError, retryAfter } from '../errors/client-error.js';
import { sendError } from '../errors/http-errors.js';
import { isMissingPermission } from '../trpc/access.js';
import { type Charge, type Context, connectionSignal, createContext, type Shared } from '../trpc/context.js';
import { idempotencyKeys, replayedHeader } from '../trpc/idempotency-keys.js';
import { admitCaller, chargeCalls, limitUnauthenticated, type RateLimit } from '../trpc/rate-limit.js';
import { appRouter, maxBatchSize } from '../trpc/router.js';
import { nameRequest } from '../trpc/trpc.js';
import { declareAbsentBody } from './json-body.js';
import { isDecodable } from './request-target.js';

interface RouteOptions {
  readonly rateLimit?: RateLimit | undefined;
  readonly authenticate?: Authenticate;
  readonly router?: AnyTRPCRouter;
}

/**
 * Adds tRPC on a route of our own. tRPC's Fastify plugin also accepts every method, and multipart bodies: pages of any
 * origin may send them, and `bodyLimit` does not bound them. This route accepts only JSON, which tRPC parses.
 */
export function addTrpc(
  app: FastifyInstance,
  shared: Shared,
  { rateLimit, authenticate = rejectAll, router = appRouter }: RouteOptions,
): void {
  const handlerOptions = {
    router,
    maxBatchSize,
    allowMethodOverride: true, // our client sends queries by POST: inputs hold emails, and URLs end up in logs
    createContext({ req, info }: { req: FastifyRequest; info: TRPCRequestInfo }) {
      const { calls } = info;
      const actor = actorOf(req);
      const withCharge = (charge?: Charge) => {
        const keys = idempotencyKeys(req.headers['idempotency-key'] as string | undefined, calls.length);
        const signal = connectionSignal(req);
        const isBatch = calls.length > 1;
        return createContext({ source: req, actor, signal, isBatch, idempotencyKeys: keys, charge }, shared);
      };
      const charging = rateLimit && chargeCalls(rateLimit, { actor, calls, requestId: req.id });
      return charging instanceof Promise ? charging.then(withCharge) : withCharge(charging);
    },
    responseMeta({ errors, ctx, info }: ResponseMeta) {
      const isReplayed = ctx !== undefined && ctx.replayed.length > 0;
      if (errors.length === 0 && !isReplayed) return {};
      const replayed = ctx && info ? replayedHeader(ctx.replayed, info.calls.length) : {};
      if (errors.length === 0) return { headers: replayed };
      const isForbidden = errors.some(isMissingPermission);
      const challenge = isForbidden && { 'www-authenticate': 'Bearer error="insufficient_scope"' };
      // tRPC sends errors from before the first call, such as for a batch that is too large, as plain text
      const type = { 'content-type': 'application/json' };
      return { headers: { ...type, ...retryAfter(errors), ...challenge, ...replayed } };
    },
    onError({ error, path, ctx, req }: FailedCall) {
      nameRequest(error, req.id);
      if (!ctx && error instanceof ClientError) req.rejection = error; // rejected by the rate limit
      if (error.code === 'INTERNAL_SERVER_ERROR')
        req.log.error({ err: error.cause ?? error, procedure: path }, 'unexpected error');
    },
  };
  app.route<{ Params: { path: string } }>({
    method: ['GET', 'POST'],
    url: '/trpc/:path',
    onRequest: [
      requireToken(app, authenticate, rateLimit && limitUnauthenticated(app, rateLimit)),
      admitCaller(shared, rateLimit),
    ],
    handler: async (req, res) => {
      const { path } = req.params;
      // tRPC decodes the path once more, and no procedure has a percent sign in its name
      if (path.includes('%') || !isDecodable(req.raw)) return sendError(400, req, res);
      declareAbsentBody(req);
      await leanRequestHandler(Object.assign({ path, req, res }, handlerOptions));
      return res;
    },
  });
}

interface FailedCall {
  error: TRPCError;
  path: string | undefined;
  ctx: Context | undefined;
  req: FastifyRequest;
}

interface ResponseMeta {
  errors: TRPCError[];
  ctx?: Context | undefined;
  info?: TRPCRequestInfo | undefined;
}

function actorOf({ actor }: FastifyRequest): Actor {
  if (!actor) throw new Error('A request without an actor has passed requireToken');
  return actor;
}
