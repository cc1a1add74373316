import type { JWTPayload } from 'jose';

/** Levels of permission for the entities of one service. Each includes those before it. */
export const levels = ['read', 'write', 'admin'] as const;

/** A permission, such as `users:read`. The part before the colon names an entity of this app or of another one. */
export type Permission = `${string}:${(typeof levels)[number]}`;

/**
 * Returns the permissions that a token grants: in `scope`, `scp` (Entra), `permissions` (Auth0) or `cognito:groups`.
 * Cognito prefixes a scope with its resource server (`my-api/users:read`). Only the prefixes of our audiences are
 * accepted: scopes of other servers mean nothing here.
 */
export function grantedPermissions(claims: JWTPayload, audiences: readonly string[]): ReadonlySet<Permission> {
  const named = [claims.scope, claims.scp, claims.permissions, claims['cognito:groups']].flatMap((claim) =>
    typeof claim === 'string' ? claim.split(' ') : claim,
  );
  return new Set(
    named.flatMap((name) => {
      if (typeof name !== 'string') return [];
      const slash = name.lastIndexOf('/');
      const ours = slash > 0 && audiences.includes(name.slice(0, slash)) ? name.slice(slash + 1) : name;
      const [, entity, level] = /^(\w+):(\w+)$/.exec(ours) ?? [];
      const highest = levels.indexOf(level as (typeof levels)[number]);
      return levels.slice(0, highest + 1).map((one): Permission => `${entity}:${one}`);
    }),
  );
}
