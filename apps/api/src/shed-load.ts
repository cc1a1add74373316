import { fastifyUnderPressure } from '@fastify/under-pressure';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Shared } from './context.js';
import { sendError } from './http-errors.js';

/** Above this share of a second the process has no time left: more calls at once would only wait for each other. */
const maxUtilization = 0.98;
/** Calls that a process without time left takes on at once: enough to keep it busy while some wait for the database. */
const callsUnderPressure = 128;
const sampleIntervalMs = 1000;

/** Answers 503 at once, before anything is read, where a request could only wait: all slots are taken, or the event loop has no time. */
export function shedLoad(app: FastifyInstance, { slots, logger, metrics }: Shared): void {
  let refused = 0;
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    // one line a second, as a line for each would be a load of its own
    if (refused++ === 0)
      setTimeout(() => {
        logger.warn('Overloaded: refused requests within a second', { refused, callsTaken: slots.taken });
        refused = 0;
      }, 1000).unref();
    metrics?.requestShed();
    sendError(503, request, reply);
  };
  app.addHook('onRequest', (request, reply, done) => {
    if (slots.isFull) refuse(request, reply);
    else done();
  });
  app.register(fastifyUnderPressure, {
    sampleInterval: sampleIntervalMs,
    eventLoopUtilizationMode: 'interval',
    maxEventLoopUtilization: maxUtilization,
    pressureHandler: (request, reply) => {
      if (slots.taken >= callsUnderPressure) refuse(request, reply);
    },
  });
}
