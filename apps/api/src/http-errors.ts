import { STATUS_CODES } from 'node:http';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientError } from './client-error.js';

type Code = TRPCError['code'];
/** tRPC's codes by their status; of 400 not PARSE_ERROR but BAD_REQUEST, which comes later. */
const codes = new Map<number, Code>(
  (Object.keys(TRPC_ERROR_CODES_BY_KEY) as Code[]).map((code) => [
    getHTTPStatusCodeFromError(new TRPCError({ code })),
    code,
  ]),
);

/**
 * Answers what went wrong before or around tRPC: an unknown route, a body that is too large. In the shape of tRPC's errors, so that
 * its client reads it, and with a constant text unless the error is one for clients: others may repeat what was sent, or tell of our insides.
 */
export function sendError(error: ClientError | number, { id: requestId }: FastifyRequest, reply: FastifyReply) {
  const isForClients = error instanceof ClientError;
  const httpStatus = isForClients ? getHTTPStatusCodeFromError(error) : error;
  const code = codes.get(httpStatus) ?? (httpStatus < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  const message = isForClients ? error.message : (STATUS_CODES[httpStatus] ?? 'Error');
  const data = { ...(isForClients && error.details), code, httpStatus, requestId };
  if (httpStatus === 503 || httpStatus === 429) reply.header('retry-after', String(data.retryAfterSeconds ?? 1));
  reply.code(httpStatus).header('x-request-id', requestId);
  return reply.send({ error: { message, code: TRPC_ERROR_CODES_BY_KEY[code], data } });
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
