import type { TRPCRequestInfo } from '@trpc/server/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type RateLimiterAbstract, RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { type Actor, callerOf } from '../auth/jwt-authentication.js';
import { ClientError } from '../errors/client-error.js';
import { sendError } from '../errors/http-errors.js';
import type { ConcurrencyLimit } from '../load/concurrency-limit.js';
import { networkOf } from '../load/network.js';
import type { Meta } from './meta.js';

/**
 * Counts the calls of each caller: in this process, or (RateLimiterRedis and others of `rate-limiter-flexible`) in a
 * store that processes share.
 */
export type RateLimit = Pick<RateLimiterAbstract, 'consume' | 'get' | 'points'>;

/** Returns a limit of so many calls a minute for each caller, counted in this process. */
export const rateLimit = (perMinute: number): RateLimiterMemory =>
  new RateLimiterMemory({ points: perMinute, duration: 60 });

/** Capacity units that a point pays for. Most single calls consume fewer, the dearest (a change of an email) as many. */
const unitsPerPoint = 10;
/** What a request costs before it is parsed, whatever comes of it. */
const costOfRequest = 1;

/**
 * Returns the hook that charges each request to its caller, and rejects the request if the caller has too many calls
 * already. It runs before the body is read, so a request that turns out to be invalid counts too.
 */
export function admitCaller(
  { limit }: { limit: Pick<ConcurrencyLimit, 'admit'> | undefined },
  rateLimit: RateLimit | undefined,
) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { actor, id } = request;
    if (!actor) return; // rejected before
    try {
      if (rateLimit) await consume(rateLimit, keyOf(actor), costOfRequest, id);
      limit?.admit(callerOf(actor));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      return sendError(error, request, reply);
    }
  };
}

/**
 * Charges the calls of one HTTP request before any of them runs: a batch of 20 is no cheaper than 20 requests.
 * @returns a function that charges for the capacity units that calls consumed, as far as they exceed what was paid. It
 * never fails, since the calls are over: an expensive call delays the next request.
 * @throws ClientError TOO_MANY_REQUESTS with the time of the next attempt
 */
export async function chargeCalls(
  limit: RateLimit,
  { actor, calls, requestId }: { actor: Actor; calls: TRPCRequestInfo['calls']; requestId: string },
): Promise<(capacityUnits: number) => void> {
  const cost = calls.reduce((sum, { procedure }) => sum + ((procedure?._def.meta as Meta | undefined)?.cost ?? 1), 0);
  const key = keyOf(actor);
  // a request that costs more than the points of a minute takes all of them
  const rest = Math.min(cost, limit.points) - costOfRequest;
  if (rest > 0) await consume(limit, key, rest, requestId);
  let paid = cost;
  let consumed = 0;
  return (capacityUnits) => {
    consumed += capacityUnits;
    const due = Math.ceil(consumed / unitsPerPoint) - paid;
    if (due <= 0) return;
    paid += due;
    limit.consume(key, due).catch(() => {}); // past the limit, the next request is rejected
  };
}

const keyOf = (actor: Actor) => `subject ${callerOf(actor)}`;

async function consume(limit: RateLimit, key: string, points: number, requestId: string): Promise<void> {
  try {
    await limit.consume(key, points);
  } catch (rejection) {
    if (rejection instanceof Error) throw rejection; // the store failed
    throw tooMany(rejection as RateLimiterRes, requestId);
  }
}

const tooMany = ({ msBeforeNext }: RateLimiterRes, requestId: string) =>
  new ClientError({
    code: 'TOO_MANY_REQUESTS',
    message: 'Too many calls: come back later',
    requestId,
    retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  });

/**
 * Counts requests without a valid token by IP address: the check of a token costs as much as a call.
 * @returns a check to run before a token is verified; it throws ClientError TOO_MANY_REQUESTS past the limit
 */
export function limitUnauthenticated(app: FastifyInstance, limit: RateLimit) {
  app.addHook('onResponse', (request, { statusCode }, done) => {
    if (statusCode === 401) limit.consume(networkOf(request.ip)).catch(() => {}); // the next request is rejected
    done();
  });
  return async ({ ip, id }: FastifyRequest): Promise<void> => {
    const spent = await limit.get(networkOf(ip));
    if (spent && spent.remainingPoints <= 0) throw tooMany(spent, id);
  };
}

/**
 * Returns a hook that counts the requests of a route that needs no token, by network and under a name of their own: the
 * requests of an attacker must not make a load balancer's check of health fail.
 * @throws ClientError TOO_MANY_REQUESTS
 */
export const limitByNetwork =
  (limit: RateLimit, name: string) =>
  async ({ ip, id }: FastifyRequest): Promise<void> => {
    try {
      await limit.consume(`${name} ${networkOf(ip)}`);
    } catch (rejection) {
      throw rejection instanceof Error ? rejection : tooMany(rejection as RateLimiterRes, id);
    }
  };
