import { hash } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { ClientError } from './client-error.js';
import { type IssuerOptions, IssuerUnavailableError, issuerKeys } from './issuer-keys.js';
import { grantedPermissions, type Permission } from './permissions.js';

/** Who calls. */
export interface Actor {
  /** The issuer's name for them: `sub`. */
  readonly subject: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly claims: Readonly<JWTPayload>;
}

/**
 * Finds out who sends a request, by its header Authorization. Before it does what costs, such as to check a signature, it awaits `admit`.
 * @throws ClientError UNAUTHORIZED or SERVICE_UNAVAILABLE, or what `admit` throws
 */
export type Authenticate = (authorization: string | undefined, admit?: () => Promise<void>) => Promise<Actor>;

export interface JwtAuthenticationOptions extends IssuerOptions {
  /** Whom tokens must be for: their `aud`, or the `client_id` of Cognito's access tokens, which have no `aud`. */
  audience: string;
  /** @default those that the issuer publishes */
  keys?: JWTVerifyGetKey;
}

const maxTokenLength = 8192;
const maxCachedTokens = 5000;
/** No longer than the issuer's keys are kept: with a key that it withdraws go the tokens that it signed. */
const maxCachedMs = 600_000;

/** Takes the access tokens (JWT) of one issuer for one audience, sent as `Authorization: Bearer …`. */
export function jwtAuthentication(options: JwtAuthenticationOptions): Authenticate {
  const { issuer, audience, keys = issuerKeys(options) } = options;
  const rules = { issuer, algorithms: ['RS256', 'ES256', 'EdDSA'], clockTolerance: 5, requiredClaims: ['sub', 'exp'] };
  const verified = new LRUCache<string, { actor: Actor; until: number }>({ max: maxCachedTokens });

  return async (authorization, admit) => {
    const token = bearerToken(authorization);
    const cacheKey = hash('sha256', token, 'base64url');
    const known = verified.get(cacheKey);
    if (known && Date.now() < known.until) return known.actor;

    await admit?.();
    const result = await jwtVerify(token, keys, rules).catch(refuse);
    insistOnAccessToken(result, audience);
    const { sub: subject = '', exp = 0, ...others } = result.payload;
    const actor = { subject, permissions: grantedPermissions(others, audience), claims: result.payload };
    verified.set(cacheKey, { actor, until: Math.min(exp * 1000, Date.now() + maxCachedMs) });
    return actor;
  };
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined)
    throw new ClientError({ code: 'UNAUTHORIZED', message: 'This needs a token, as Authorization: Bearer <token>' });
  const [, token] = /^bearer +([\w.-]+)$/i.exec(authorization) ?? [];
  if (token === undefined || token.length > maxTokenLength)
    throw invalidToken(new errors.JWTInvalid('no bearer token'));
  return token;
}

/** Of what an issuer signs only access tokens for us will do, and of those only the ones that any bearer may use. */
function insistOnAccessToken({ payload, protectedHeader }: JWTVerifyResult, audience: string): void {
  const { aud, client_id, token_use, typ, nonce, at_hash, cnf } = payload;
  const audiences = [aud ?? (token_use === 'access' ? client_id : undefined)].flat();
  const isJwt = /^(application\/)?(at\+)?jwt$/i.test(protectedHeader.typ ?? 'JWT');
  const isOtherKind = (token_use ?? 'access') !== 'access' || (typ ?? 'Bearer') !== 'Bearer'; // Cognito; Keycloak
  // Auth0, Entra and others. Keycloak before 25 wrote the nonce into access tokens too, but with their kind.
  const isIdToken = at_hash !== undefined || (nonce !== undefined && typ === undefined);
  const wrong = Object.entries({
    aud: !audiences.includes(audience),
    typ: !isJwt || isOtherKind || isIdToken,
    cnf: cnf !== undefined, // bound to a key of its holder (DPoP, mTLS), which a bearer does not show
  }).find(([, isWrong]) => isWrong);
  if (wrong) throw invalidToken(new errors.JWTClaimValidationFailed('unexpected', payload, wrong[0]));
}

function refuse(cause: unknown): never {
  if (!(cause instanceof IssuerUnavailableError)) throw invalidToken(cause);
  throw new ClientError({ code: 'SERVICE_UNAVAILABLE', message: 'Tokens cannot be checked at the moment', cause });
}

/** Why a token is bad is for the log alone. */
const invalidToken = (cause: unknown) =>
  new ClientError({ code: 'UNAUTHORIZED', message: 'The token is not valid', reason: 'INVALID_TOKEN', cause });
