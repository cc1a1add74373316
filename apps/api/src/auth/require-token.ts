import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ClientError } from '../errors/client-error.js';
import { sendError } from '../errors/http-errors.js';
import type { Actor, Authenticate } from './jwt-authentication.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Its caller; null on routes that need no token. */
    actor: Actor | null;
  }
}

/**
 * Returns the hook of routes that need a valid token. It runs before the body is read; trpc.ts authorizes each call.
 * @param admit runs before a token that is not cached is verified
 */
export function requireToken(
  app: FastifyInstance,
  authenticate: Authenticate,
  admit: (request: FastifyRequest) => Promise<void> = async () => {},
) {
  app.decorateRequest('actor', null);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      // Node takes the first of several headers; a proxy before us may have checked another
      const isRepeated = request.raw.rawHeaders.filter(isAuthorization).length > 1;
      request.actor = await authenticate(isRepeated ? '' : request.headers.authorization, () => admit(request));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const { code, cause, message, details } = error;
      if (code === 'SERVICE_UNAVAILABLE') request.log.warn({ err: cause }, message);
      if (code === 'UNAUTHORIZED') {
        // never the error itself: jose's errors carry the token claims
        const { code: reason, claim } = Object(cause) as { code?: string; claim?: string };
        if (cause) request.log.info({ reason, claim }, 'token rejected');
        reply.header('www-authenticate', details.reason ? 'Bearer error="invalid_token"' : 'Bearer');
      }
      return sendError(error, request, reply);
    }
  };
}

const name = 'authorization';
const isAuthorization = (text: string, index: number) =>
  index % 2 === 0 && text.length === name.length && text.toLowerCase() === name;

/** Rejects every caller: the default of an app without `authenticate`. */
export const rejectAll: Authenticate = async () => {
  throw new ClientError({
    code: 'UNAUTHORIZED',
    message: 'This API was built without `authenticate`, so it accepts no caller',
  });
};
