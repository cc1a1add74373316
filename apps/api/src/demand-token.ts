import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ClientError } from './client-error.js';
import { sendError } from './http-errors.js';
import type { Actor, Authenticate } from './jwt-authentication.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; null where no token is demanded. */
    actor: Actor | null;
  }
}

/**
 * The hook of routes that only callers with a valid token may use, run before a body is read; what each call may do is decided in trpc.ts.
 * @param admit asked before a token that is not known yet is looked at
 */
export function demandToken(
  app: FastifyInstance,
  authenticate: Authenticate,
  admit: (request: FastifyRequest) => Promise<void> = async () => {},
) {
  app.decorateRequest('actor', null);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      // Node reads the first of several; what stands before us may have read another
      const isRepeated = request.raw.rawHeaders.filter(isAuthorization).length > 1;
      request.actor = await authenticate(isRepeated ? '' : request.headers.authorization, () => admit(request));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const { code, cause, message, details } = error;
      if (code === 'SERVICE_UNAVAILABLE') request.log.warn({ err: cause }, message);
      if (code === 'UNAUTHORIZED') {
        // never the error itself: jose's carry the claims
        const { code: reason, claim } = Object(cause) as { code?: string; claim?: string };
        if (cause) request.log.info({ reason, claim }, 'token refused');
        reply.header('www-authenticate', details.reason ? 'Bearer error="invalid_token"' : 'Bearer');
      }
      return sendError(error, request, reply);
    }
  };
}

const name = 'authorization';
const isAuthorization = (text: string, index: number) =>
  index % 2 === 0 && text.length === name.length && text.toLowerCase() === name;

/** For an app that is given no other: lets nobody in. */
export const refuseAll: Authenticate = async () => {
  throw new ClientError({
    code: 'UNAUTHORIZED',
    message: 'This API was built without `authenticate`, so it lets nobody in',
  });
};
