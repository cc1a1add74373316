import type { TRPCRequestInfo } from '@trpc/server/http';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { type Actor, callerOf } from '../auth/jwt-authentication.js';
import { ClientError } from '../errors/client-error.js';
import { sendError } from '../errors/http-errors.js';
import type { ConcurrencyLimit } from '../load/concurrency-limit.js';
import { networkOf } from '../load/network.js';
import type { Charge } from './context.js';
import { MemoryRateLimit, type RateLimitStanding } from './memory-rate-limit.js';
import type { Meta } from './meta.js';

/**
 * Counts the calls of each caller: in this process, or (RateLimiterRedis and others of `rate-limiter-flexible`) in a
 * store that processes share.
 */
export interface RateLimit {
  readonly points: number;
  /**
   * Counts points, 1 by default. Rejects with the standing of the key if they exceed the limit, and with an Error if the
   * store fails.
   */
  consume(key: string, points?: number): Promise<RateLimitStanding>;
  /** Returns the standing of a key; null if it has no points. */
  get(key: string): Promise<RateLimitStanding | null>;
  /** Like `consume`, if the limit needs no promise. Returns the milliseconds to wait; undefined within the limit. */
  spend?(key: string, points: number): number | undefined;
}

/** Returns a limit of so many calls a minute for each caller, counted in this process. */
export const rateLimit = (perMinute: number): MemoryRateLimit => new MemoryRateLimit(perMinute);

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
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => {
    const { actor, id } = request;
    if (!actor) {
      done(); // rejected before
      return;
    }
    const reject = (error: Error) => {
      if (error instanceof ClientError) sendError(error, request, reply);
      else done(error);
    };
    const admit = () => limit?.admit(callerOf(actor));
    try {
      const counting = rateLimit && consume(rateLimit, keyOf(actor), costOfRequest, id);
      if (counting) {
        counting.then(admit).then(() => done(), reject);
        return;
      }
      admit();
    } catch (error) {
      reject(error as Error);
      return;
    }
    done();
  };
}

/**
 * Charges the calls of one HTTP request before any of them runs: a batch of 20 is no cheaper than 20 requests.
 * @returns a function that charges for the capacity units that calls consumed, as far as they exceed what was paid. It
 * never fails, since the calls are over: an expensive call delays the next request.
 * @throws ClientError TOO_MANY_REQUESTS with the time of the next attempt
 */
export function chargeCalls(
  limit: RateLimit,
  { actor, calls, requestId }: { actor: Actor; calls: TRPCRequestInfo['calls']; requestId: string },
): Charge | Promise<Charge> {
  let cost = 0;
  for (const { procedure } of calls) cost += (procedure?._def.meta as Meta | undefined)?.cost ?? 1;
  const key = keyOf(actor);
  // a request that costs more than the points of a minute takes all of them
  const rest = Math.min(cost, limit.points) - costOfRequest;
  const counting = rest > 0 ? consume(limit, key, rest, requestId) : undefined;
  let paid = cost;
  let consumed = 0;
  const charge: Charge = (capacityUnits) => {
    consumed += capacityUnits;
    const due = Math.ceil(consumed / unitsPerPoint) - paid;
    if (due <= 0) return;
    paid += due;
    limit.consume(key, due).catch(() => {}); // past the limit, the next request is rejected
  };
  return counting ? counting.then(() => charge) : charge;
}

/** Keys by actor, which is kept as long as its verified token. A new string would have to be hashed for each request. */
const keys = new WeakMap<Actor, string>();

function keyOf(actor: Actor): string {
  const known = keys.get(actor);
  if (known !== undefined) return known;
  const key = `subject ${callerOf(actor)}`;
  keys.set(actor, key);
  return key;
}

/**
 * Counts points. Returns undefined if the limit counts at once, so that most requests wait for no promise.
 * @throws ClientError TOO_MANY_REQUESTS, at once or by rejection
 */
function consume(limit: RateLimit, key: string, points: number, requestId: string): Promise<unknown> | undefined {
  if (!limit.spend)
    return limit.consume(key, points).catch((rejection) => {
      throw rejection instanceof Error ? rejection : tooMany(rejection, requestId); // an Error: the store failed
    });
  const msBeforeNext = limit.spend(key, points);
  if (msBeforeNext !== undefined) throw tooMany({ msBeforeNext }, requestId);
  return undefined;
}

const tooMany = ({ msBeforeNext }: Pick<RateLimitStanding, 'msBeforeNext'>, requestId: string) =>
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
      throw rejection instanceof Error ? rejection : tooMany(rejection as RateLimitStanding, id);
    }
  };
