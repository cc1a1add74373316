import { STATUS_CODES } from 'node:http';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientError, type ErrorDetails } from './client-error.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The error that it was rejected with before it reached a call, for the audit trail. */
    rejection: ClientError | null;
  }
}

type Code = TRPCError['code'];
/** tRPC's codes by status. 400 has two, of which the later one, BAD_REQUEST, is kept. */
const codes = new Map<number, Code>(
  (Object.keys(TRPC_ERROR_CODES_BY_KEY) as Code[]).map((code) => [
    getHTTPStatusCodeFromError(new TRPCError({ code })),
    code,
  ]),
);

/**
 * Answers with an error that arose outside tRPC, such as an unknown route or a body that is too large. It has a constant
 * message unless it is a ClientError: other messages may repeat the input or reveal internals.
 */
export function sendError(error: ClientError | number, request: FastifyRequest, reply: FastifyReply) {
  const requestId = request.id;
  if (error instanceof ClientError) request.rejection = error;
  const body = errorBody(error, requestId);
  const { httpStatus, retryAfterSeconds = 1 } = body.error.data;
  if (httpStatus === 503 || httpStatus === 429) reply.header('retry-after', String(retryAfterSeconds));
  reply.code(httpStatus).header('x-request-id', requestId);
  return reply.send(body);
}

/** Returns an error, or a status, in the shape of tRPC's errors, so that tRPC's client can read it. */
export function errorBody(error: ClientError | number, requestId: string) {
  const isForClients = error instanceof ClientError;
  const httpStatus = isForClients ? getHTTPStatusCodeFromError(error) : error;
  const code = codes.get(httpStatus) ?? (httpStatus < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  const message = isForClients ? error.message : (STATUS_CODES[httpStatus] ?? 'Error');
  const details: ErrorDetails = isForClients ? error.details : {};
  return { error: { message, code: TRPC_ERROR_CODES_BY_KEY[code], data: { ...details, code, httpStatus, requestId } } };
}

/** Answers an error of Fastify or of a handler. */
export function handleError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ClientError) return sendError(error, request, reply);
  const status = statusOf(error);
  if (status >= 500) request.log.error(error);
  return sendError(status, request, reply);
}

function statusOf(error: Error & { statusCode?: number; code?: string }): number {
  if (error instanceof TRPCError) return getHTTPStatusCodeFromError(error);
  if (error.code === 'ECONNRESET') return 400; // the client disconnected while it sent its body
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode <= 599 ? statusCode : 500;
}
