import type { AnyTRPCRouter } from '@trpc/server';
import type { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The options of tRPC's Fastify handler. */
export type HandlerOptions<R extends AnyTRPCRouter, Q extends FastifyRequest, A extends FastifyReply> = Parameters<
  typeof fastifyRequestHandler<R, Q, A>
>[0];
