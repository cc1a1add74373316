import type { JWTPayload } from 'jose';

/** What a caller may be allowed to do. Each includes those before it. */
export const permissions = ['users:read', 'users:write', 'users:admin'] as const;
export type Permission = (typeof permissions)[number];

/**
 * What a token allows: named in `scope`, `scp` (Entra), `permissions` (Auth0) or `cognito:groups`. Cognito writes the name of the resource
 * server before a scope (`my-api/users:read`): that of the audience is taken off, since other servers' scopes mean nothing here.
 */
export function grantedPermissions(claims: JWTPayload, audience: string): ReadonlySet<Permission> {
  const named = [claims.scope, claims.scp, claims.permissions, claims['cognito:groups']].flatMap((claim) =>
    typeof claim === 'string' ? claim.split(' ') : claim,
  );
  const highest = permissions.findLastIndex((one) => named.includes(one) || named.includes(`${audience}/${one}`));
  return new Set(permissions.slice(0, highest + 1));
}
