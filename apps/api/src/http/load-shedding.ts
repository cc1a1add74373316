import { fastifyUnderPressure } from '@fastify/under-pressure';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendError } from '../errors/http-errors.js';
import type { ConcurrencyLimit } from '../load/concurrency-limit.js';
import type { ApiLogger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';

/** Event loop utilization above which the process has no time left: further calls would only wait for each other. */
const maxUtilization = 0.98;
/** Calls that a process without time left still takes: enough to keep it busy while some wait for the database. */
const callsUnderPressure = 128;
const sampleIntervalMs = 1000;

interface LoadSheddingOptions {
  limit: ConcurrencyLimit;
  logger: ApiLogger;
  metrics: Metrics | undefined;
}

/**
 * Answers 503 before anything is read if a request could only wait: the queue for the database is full, or the event
 * loop has no time left.
 */
export function addLoadShedding(app: FastifyInstance, { limit, logger, metrics }: LoadSheddingOptions): void {
  let rejected = 0;
  const reject = (request: FastifyRequest, reply: FastifyReply) => {
    // one line a second: a line for each would be a load of its own
    if (rejected++ === 0)
      setTimeout(() => {
        logger.warn('Overloaded: rejected requests within a second', { rejected, calls: limit.calls });
        rejected = 0;
      }, 1000).unref();
    metrics?.requestShed();
    sendError(503, request, reply);
  };
  app.addHook('onRequest', (request, reply, done) => {
    if (limit.isFull) reject(request, reply);
    else done();
  });
  app.register(fastifyUnderPressure, {
    sampleInterval: sampleIntervalMs,
    eventLoopUtilizationMode: 'interval',
    maxEventLoopUtilization: maxUtilization,
    pressureHandler: (request, reply) => {
      if (limit.calls >= callsUnderPressure) reject(request, reply);
    },
  });
}
