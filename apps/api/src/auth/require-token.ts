import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
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
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    const accept = (actor: Actor) => {
      request.actor = actor;
      done();
    };
    const reject = (error: Error) => {
      if (error instanceof ClientError) sendRejection(error, request, reply);
      else done(error);
    };
    // Node takes the first of several headers; a proxy before us may have checked another
    const authorization = hasSeveralTokens(request.raw.rawHeaders) ? '' : request.headers.authorization;
    let found: ReturnType<Authenticate>;
    try {
      found = authenticate(authorization, () => admit(request));
    } catch (error) {
      reject(error as Error);
      return;
    }
    if ('then' in found) found.then(accept, reject);
    else accept(found);
  };
}

function sendRejection(error: ClientError, request: FastifyRequest, reply: FastifyReply): void {
  const { code, cause, message, details } = error;
  if (code === 'SERVICE_UNAVAILABLE') request.log.warn({ err: cause }, message);
  if (code === 'UNAUTHORIZED') {
    // never the error itself: jose's errors carry the token claims
    const { code: reason, claim } = Object(cause) as { code?: string; claim?: string };
    if (cause) request.log.info({ reason, claim }, 'token rejected');
    reply.header('www-authenticate', details.reason ? 'Bearer error="invalid_token"' : 'Bearer');
  }
  sendError(error, request, reply);
}

const name = 'authorization';

/** Returns whether a request has several `Authorization` headers. @param rawHeaders names and values in turn */
function hasSeveralTokens(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const text = rawHeaders[i];
    if (text?.length === name.length && text.toLowerCase() === name) count++;
  }
  return count > 1;
}

/** Rejects every caller: the default of an app without `authenticate`. */
export const rejectAll: Authenticate = async () => {
  throw new ClientError({
    code: 'UNAUTHORIZED',
    message: 'This API was built without `authenticate`, so it accepts no caller',
  });
};
