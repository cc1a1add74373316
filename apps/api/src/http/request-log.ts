import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientError } from '../errors/client-error.js';
import type { AuditTrail } from '../telemetry/audit-trail.js';

/**
 * Calls have lines of their own. At INFO, only requests that failed or reached no call are logged. The pattern of the
 * route stands for the path, which may hold anything that the caller typed.
 */
export function logRequest(
  { log, method, routeOptions }: FastifyRequest,
  { statusCode: status, elapsedTime }: FastifyReply,
) {
  const keys = { method, route: routeOptions.url, status, durationMs: Math.round(elapsedTime * 10) / 10 };
  log[status < 400 ? 'debug' : 'info'](keys, 'request');
}

const audited: ReadonlySet<number> = new Set([401, 403, 429]);

/** Records a request that was rejected for its token or its rate. The error itself may carry token claims: never those. */
export function recordRejection(audit: AuditTrail, request: FastifyRequest, error: ClientError): void {
  const status = getHTTPStatusCodeFromError(error);
  if (!audited.has(status)) return;
  const { cause, details } = error;
  const { code: reason = details.reason, claim } = Object(cause) as { code?: string; claim?: string };
  audit.rejection(request, request.actor ?? null, { status, reason, claim, route: request.routeOptions.url });
}
