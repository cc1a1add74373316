import type { TRPCRequestInfo } from '@trpc/server/http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { type RateLimiterAbstract, RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { ClientError } from './client-error.js';
import type { Meta } from './trpc.js';

/** Counts what callers spend: in this process, or (RateLimiterRedis and others of `rate-limiter-flexible`) in a store that many share. */
export type CallRate = Pick<RateLimiterAbstract, 'consume' | 'get' | 'points'>;

/** As many calls a minute for each caller, counted in this process. */
export const callRate = (perMinute: number): CallRate => new RateLimiterMemory({ points: perMinute, duration: 60 });

/**
 * Takes what the calls of one HTTP request cost, all of it before any of them runs: a batch of 20 is no cheaper than 20 requests.
 * @throws ClientError TOO_MANY_REQUESTS, which says when to come back
 */
export async function takeCalls(
  rate: CallRate,
  { subject, calls, requestId }: { subject: string; calls: TRPCRequestInfo['calls']; requestId: string },
): Promise<void> {
  const cost = calls.reduce((sum, { procedure }) => sum + ((procedure?._def.meta as Meta | undefined)?.cost ?? 1), 0);
  try {
    await rate.consume(`subject ${subject}`, Math.min(cost, rate.points)); // what costs more than a minute has, takes all of one
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal; // the store's own failure
    throw tooMany(refusal as RateLimiterRes, requestId);
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
 * Counts by address who shows no valid token, since to look at a token costs as much as a call.
 * @returns what is to be asked before a token is looked at: throws ClientError TOO_MANY_REQUESTS past the rate
 */
export function limitStrangers(app: FastifyInstance, rate: CallRate) {
  app.addHook('onResponse', (request, { statusCode }, done) => {
    if (statusCode === 401) rate.consume(networkOf(request.ip)).catch(() => {}); // refused from the next on
    done();
  });
  return async ({ ip, id }: FastifyRequest): Promise<void> => {
    const spent = await rate.get(networkOf(ip));
    if (spent && spent.remainingPoints <= 0) throw tooMany(spent, id);
  };
}

/** An address, of IPv6 its /64: a line has as many addresses as it likes. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address); // ::ffff:192.0.2.1 is 192.0.2.1
  return parsed.kind() === 'ipv6' ? parsed.toByteArray().slice(0, 8).join('.') : parsed.toString();
}
