import { STATUS_CODES } from 'node:http';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientError } from './client-error.js';

const codes: Record<number, TRPCError['code']> = {
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  408: 'TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
};

/**
 * Answers what went wrong before or around tRPC: an unknown route, a body that is too large. In the shape of tRPC's errors, so that
 * its client reads it, and with a constant text unless the error is one for clients: others may repeat what was sent, or tell of our insides.
 */
export function sendError(
  httpStatus: number,
  { id: requestId }: FastifyRequest,
  reply: FastifyReply,
  clientError?: ClientError,
): FastifyReply {
  const code = codes[httpStatus] ?? (httpStatus < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  const message = clientError?.message ?? STATUS_CODES[httpStatus] ?? 'Error';
  const data = { ...clientError?.details, code, httpStatus, requestId };
  const error = { message, code: TRPC_ERROR_CODES_BY_KEY[code], data };
  if (httpStatus === 503 || httpStatus === 429) reply.header('retry-after', String(data.retryAfterSeconds ?? 1));
  return reply.code(httpStatus).header('x-request-id', requestId).send({ error });
}

/** Answers an error that Fastify met, or that left a handler. */
export function handleError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  if (status >= 500) request.log.error(error);
  return sendError(status, request, reply);
}

function statusOf(error: Error & { statusCode?: number; code?: string }): number {
  if (error instanceof TRPCError) return getHTTPStatusCodeFromError(error);
  if (error.code === 'ECONNRESET') return 400; // the client left while it was sending its body
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode <= 599 ? statusCode : 500;
}
