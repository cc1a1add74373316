import type { FastifyRequest } from 'fastify';

/** Why a request is rejected. The API makes an error of it, which it answers in its own form. */
export interface Rejection {
  readonly code:
    | 'BAD_REQUEST'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'CONFLICT'
    | 'PRECONDITION_FAILED'
    | 'TIMEOUT'
    | 'CLIENT_CLOSED_REQUEST';
  readonly message: string;
  readonly reason?: 'MISSING_PERMISSION';
  readonly fieldErrors?: Record<string, string[]>;
  readonly cause?: unknown;
}

export type Reject = (rejection: Rejection) => Error;

/** Returns the permissions of the caller of a request. */
export type PermissionsOf = (request: FastifyRequest) => ReadonlySet<string>;

/** The parts of the API by which a route rejects a caller. */
export interface Guard {
  readonly permissionsOf: PermissionsOf;
  readonly reject: Reject;
}

/** @throws the error of `reject`, unless the caller has the permission */
export function assertPermission({ permissionsOf, reject }: Guard, request: FastifyRequest, needs: string | undefined) {
  if (needs !== undefined && permissionsOf(request).has(needs)) return;
  const message = needs ? `This needs the permission ${needs}` : 'This is open to nobody';
  throw reject({ code: 'FORBIDDEN', message, reason: 'MISSING_PERMISSION' });
}
