import { leanRequestHandler } from '@aws-starter-kit/lean-trpc';
import type { AnyTRPCRouter } from '@trpc/server';
import type { FastifyInstance } from 'fastify';
import type { Authenticate } from '../auth/jwt-authentication.js';
import { rejectAll, requireToken } from '../auth/require-token.js';
import { ClientError, retryAfter } from '../errors/client-error.js';
import { sendError } from '../errors/http-errors.js';
import { isMissingPermission } from '../trpc/access.js';
import { connectionSignal, createContext, type Shared } from '../trpc/context.js';
import { idempotencyKeys, replayedHeader } from '../trpc/idempotency-keys.js';
import { admitCaller, type Charge, chargeCalls, limitUnauthenticated, type RateLimit } from '../trpc/rate-limit.js';
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
  app.route<{ Params: { path: string } }>({
    method: ['GET', 'POST'],
    url: '/trpc/:path',
    onRequest: [
      requireToken(app, authenticate, rateLimit && limitUnauthenticated(app, rateLimit)),
      admitCaller(shared, rateLimit),
    ],
    handler: async (req, res) => {
      const { id: requestId, actor } = req;
      if (!actor) throw new Error('A request without an actor has passed requireToken');
      // tRPC decodes the path once more, and no procedure has a percent sign in its name
      if (req.params.path.includes('%') || !isDecodable(req.raw)) return sendError(400, req, res);
      declareAbsentBody(req);
      await leanRequestHandler({
        router,
        path: req.params.path,
        req,
        res,
        maxBatchSize,
        allowMethodOverride: true, // our client sends queries by POST: inputs hold emails, and URLs end up in logs
        createContext: ({ info }) => {
          const { calls } = info;
          const withCharge = (charge?: Charge) => {
            const signal = connectionSignal(req);
            const keys = idempotencyKeys(req.headers['idempotency-key'] as string | undefined, calls.length);
            const isBatch = calls.length > 1;
            return createContext({ source: req, actor, signal, isBatch, idempotencyKeys: keys, charge }, shared);
          };
          const charging = rateLimit && chargeCalls(rateLimit, { actor, calls, requestId });
          return charging instanceof Promise ? charging.then(withCharge) : withCharge(charging);
        },
        responseMeta: ({ errors, ctx, info }) => {
          const replayed = ctx && info ? replayedHeader(ctx.replayed, info.calls.length) : {};
          const isForbidden = errors.some(isMissingPermission);
          const challenge = isForbidden && { 'www-authenticate': 'Bearer error="insufficient_scope"' };
          // tRPC sends errors from before the first call, such as for a batch that is too large, as plain text
          const type = { 'content-type': 'application/json' };
          if (errors.length > 0) return { headers: { ...type, ...retryAfter(errors), ...challenge, ...replayed } };
          return ctx && ctx.replayed.size > 0 ? { headers: replayed } : {};
        },
        onError: ({ error, path, ctx }) => {
          nameRequest(error, requestId);
          if (!ctx && error instanceof ClientError) req.rejection = error; // rejected by the rate limit
          if (error.code === 'INTERNAL_SERVER_ERROR')
            req.log.error({ err: error.cause ?? error, procedure: path }, 'unexpected error');
        },
      });
      return res;
    },
  });
}
