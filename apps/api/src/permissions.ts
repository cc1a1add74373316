import type { JWTPayload } from 'jose';
import { makeServices, type Services } from './services.js';

/** What may be allowed with the entities of one kind. Each includes those before it. */
const levels = ['read', 'write', 'admin'] as const;

/** What a caller may be allowed to do. */
export type Permission = `${keyof Services}:${(typeof levels)[number]}`;

const entities = Object.keys(makeServices()) as (keyof Services)[];

/** All that there is: for development, and tests. */
export const permissions = entities.flatMap((entity) => levels.map((level): Permission => `${entity}:${level}`));

/**
 * What a token allows: named in `scope`, `scp` (Entra), `permissions` (Auth0) or `cognito:groups`. Cognito writes the name of the resource
 * server before a scope (`my-api/users:read`): that of the audience is taken off, since other servers' scopes mean nothing here.
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
