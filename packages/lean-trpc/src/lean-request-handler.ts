import type { AnyTRPCRouter } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendPayload } from './answer-payload.js';
import { ClientWatch } from './client-watch.js';
import type { HandlerOptions } from './handler-options.js';
import { answerSubscription } from './lean-subscription.js';
import { plainRequest } from './plain-request.js';
import { RequestAnswer } from './request-answer.js';

/**
 * Handles requests like tRPC's `fastifyRequestHandler`, with the same options and answers, but without creating a
 * `Request`, a `Response` and streams for each call. It passes any other request (streams, forms,
 * unknown procedures, wrong methods, malformed URLs) to `fastifyRequestHandler` before it runs anything.
 */
export async function leanRequestHandler<R extends AnyTRPCRouter, Q extends FastifyRequest, A extends FastifyReply>(
  options: HandlerOptions<R, Q, A>,
): Promise<void> {
  const plain = plainRequest(options);
  if (!plain) return fastifyRequestHandler(options);
  if (plain.type === 'subscription') return answerSubscription(options, plain);
  const client = new ClientWatch(options.res, plain.calls.length);
  try {
    sendPayload(options.res, await new RequestAnswer(options, plain, client).payload());
  } finally {
    client.answered();
  }
  // `onSend` hooks that are still at work: a handler that returns before them would make Fastify send nothing again
  if (!options.res.raw.writableEnded) await options.res;
}
