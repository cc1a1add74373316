import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { ClientError } from '../errors/client-error.js';
import { type IssuerOptions, IssuerUnavailableError, issuerKeys } from './issuer-keys.js';
import { grantedPermissions, type Permission } from './permissions.js';

/** The caller of a request. */
export interface Actor {
  /** The issuer's name for the caller: the token claim `sub`. */
  readonly subject: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly claims: Readonly<JWTPayload>;
}

/** Names of callers by actor, which lives as long as its token: a text that is made anew is hashed anew at each look-up. */
const callers = new WeakMap<Actor, string>();

/** Returns the name under which a caller is counted: a subject belongs to its issuer. */
export function callerOf(actor: Actor): string {
  const known = callers.get(actor);
  if (known !== undefined) return known;
  const caller = `${actor.claims.iss} ${actor.subject}`;
  callers.set(actor, caller);
  return caller;
}

/**
 * Returns the caller that the header Authorization identifies: at once if the caller is known, otherwise as a promise.
 * Awaits `admit` before expensive work, such as the check of a signature.
 * @throws ClientError UNAUTHORIZED or SERVICE_UNAVAILABLE, or the error of `admit`; at once or by rejection
 */
export type Authenticate = (authorization: string | undefined, admit?: () => Promise<void>) => Actor | Promise<Actor>;

export interface JwtAuthenticationOptions extends IssuerOptions {
  /**
   * Required audience of tokens: their `aud`, or the `client_id` of Cognito's access tokens, which have no `aud`. Of
   * several, a token needs one.
   */
  audience: string | readonly string[];
  /** @default the keys that the issuer publishes */
  keys?: JWTVerifyGetKey;
  /**
   * Returns whether a token no longer counts although it has not expired, such as that of a user who logged out: by its
   * `jti`, or by its `sub` and `iat`. Asked for each request. If it throws, no token is accepted.
   * @default no token is revoked
   */
  isRevoked?: (claims: Readonly<JWTPayload>) => boolean | Promise<boolean>;
}

const maxTokenLength = 8192;
/** Characters of all tokens that are kept: some 8,000 usual ones. */
const maxCachedLength = 8_000_000;
/** As long as the issuer's keys are kept: the tokens that a withdrawn key signed are forgotten with it. */
const maxCachedMs = 600_000;

/** Returns an authentication by access tokens (JWT) of one issuer and audience, in `Authorization: Bearer …`. */
export function jwtAuthentication(options: JwtAuthenticationOptions): Authenticate {
  const { issuer, keys = issuerKeys(options), isRevoked } = options;
  const ours = [options.audience].flat();
  const rules = { issuer, algorithms: ['RS256', 'ES256', 'EdDSA'], clockTolerance: 5, requiredClaims: ['sub', 'exp'] };
  /** By the whole header: to hash it first would be the most expensive part of a call. */
  const verified = new LRUCache<string, { actor: Actor; until: number }>({
    maxSize: maxCachedLength,
    sizeCalculation: (_, header) => header.length,
  });

  const verify: Authenticate = async (authorization, admit) => {
    const token = bearerToken(authorization);
    await admit?.();
    const result = await jwtVerify(token, keys, rules).catch(throwAsClientError);
    assertAccessToken(result, ours);
    const { sub: subject = '', exp = 0, ...others } = result.payload;
    const actor = { subject, permissions: grantedPermissions(others, ours), claims: result.payload };
    verified.set(authorization ?? token, { actor, until: Math.min(exp * 1000, Date.now() + maxCachedMs) });
    return actor;
  };
  const authenticate: Authenticate = (authorization, admit) => {
    const known = verified.get(authorization ?? '');
    return known && Date.now() < known.until ? known.actor : verify(authorization, admit);
  };
  if (!isRevoked) return authenticate;
  return async (authorization, admit) => {
    const actor = await authenticate(authorization, admit);
    const ask = async () => isRevoked(actor.claims);
    if (await ask().catch(throwAsUnavailable)) throw invalidToken(revoked);
    return actor;
  };
}

const revoked = Object.assign(new Error('The token is revoked'), { code: 'REVOKED' });

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined)
    throw new ClientError({ code: 'UNAUTHORIZED', message: 'This needs a token, as Authorization: Bearer <token>' });
  const [, token] = /^bearer +([\w.-]+)$/i.exec(authorization) ?? [];
  if (token === undefined || token.length > maxTokenLength)
    throw invalidToken(new errors.JWTInvalid('no bearer token'));
  return token;
}

/** Accepts only bearer access tokens for one of our audiences; rejects ID, refresh and sender-constrained tokens. */
function assertAccessToken({ payload, protectedHeader }: JWTVerifyResult, ours: readonly string[]): void {
  const { sub, aud, client_id, token_use, typ, nonce, at_hash, cnf } = payload;
  const audiences = [aud ?? (token_use === 'access' ? client_id : undefined)].flat();
  const isJwt = /^(application\/)?(at\+)?jwt$/i.test(protectedHeader.typ ?? 'JWT');
  const isOtherKind = (token_use ?? 'access') !== 'access' || (typ ?? 'Bearer') !== 'Bearer'; // Cognito; Keycloak
  // Auth0, Entra and others. Keycloak before 25 wrote the nonce into access tokens too, but with their kind.
  const isIdToken = at_hash !== undefined || (nonce !== undefined && typ === undefined);
  const wrong = Object.entries({
    sub: typeof sub !== 'string' || sub === '', // jose only checks that it is there
    aud: !audiences.some((audience) => ours.includes(audience as string)),
    typ: !isJwt || isOtherKind || isIdToken,
    cnf: cnf !== undefined, // sender-constrained (DPoP, mTLS): valid only with a proof of its holder's key
  }).find(([, isWrong]) => isWrong);
  if (wrong) throw invalidToken(new errors.JWTClaimValidationFailed('unexpected', payload, wrong[0]));
}

function throwAsClientError(cause: unknown): never {
  if (!(cause instanceof IssuerUnavailableError)) throw invalidToken(cause);
  throwAsUnavailable(cause);
}

function throwAsUnavailable(cause: unknown): never {
  throw new ClientError({ code: 'SERVICE_UNAVAILABLE', message: 'Tokens cannot be checked at the moment', cause });
}

/** The reason why a token is not valid goes into the log only. */
const invalidToken = (cause: unknown) =>
  new ClientError({ code: 'UNAUTHORIZED', message: 'The token is not valid', reason: 'INVALID_TOKEN', cause });
