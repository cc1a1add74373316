import type { JWTPayload } from 'jose';
import { makeServices, type Services } from '../services.js';

/** Levels of permission for the entities of one service. Each includes those before it. */
const levels = ['read', 'write', 'admin'] as const;

/** A permission, such as `users:read`. */
export type Permission = `${keyof Services}:${(typeof levels)[number]}`;

const entities = Object.keys(makeServices()) as (keyof Services)[];

/** All permissions, for development and tests. */
export const permissions = entities.flatMap((entity) => levels.map((level): Permission => `${entity}:${level}`));

/**
 * Returns the permissions that a token grants: in `scope`, `scp` (Entra), `permissions` (Auth0) or `cognito:groups`.
 * Cognito prefixes a scope with its resource server (`my-api/users:read`). Only the prefix of our audience is accepted:
 * scopes of other servers mean nothing here.
 */
export function grantedPermissions(claims: JWTPayload, audience: string): ReadonlySet<Permission> {
  const named = [claims.scope, claims.scp, claims.permissions, claims['cognito:groups']].flatMap((claim) =>
    typeof claim === 'string' ? claim.split(' ') : claim,
  );
  return new Set(
    entities.flatMap((entity) => {
      const ofEntity = levels.map((level): Permission => `${entity}:${level}`);
      const highest = ofEntity.findLastIndex((one) => named.includes(one) || named.includes(`${audience}/${one}`));
      return ofEntity.slice(0, highest + 1);
    }),
  );
}
