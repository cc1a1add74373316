import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import { isSecureUrl } from '../secure-url.js';
import { fetchOk } from './fetch-ok.js';

export interface IssuerOptions {
  issuer: string;
  /** The URL of the issuer's keys. @default the one in its `/.well-known/openid-configuration` */
  jwksUrl?: string | undefined;
}

/** The keys of the issuer are not available, so no token can be verified. The caller is not at fault. */
export class IssuerUnavailableError extends Error {
  override readonly name = 'IssuerUnavailableError';
}

/** Shortest time between two requests to the issuer, however many tokens name unknown keys. */
const cooldownDuration = 30_000;
/** A key that its issuer withdraws is forgotten after this time. */
const cacheMaxAge = 600_000;
/** jose counts its cooldown from a success. A failing issuer must not be asked by every request either. */
const failureCooldownMs = 5000;

/**
 * Returns the public keys of an issuer. They are fetched for the first token, when they are old, and when a token names
 * another key.
 */
export function issuerKeys({ issuer, jwksUrl }: IssuerOptions): JWTVerifyGetKey {
  let failure = { at: Number.NEGATIVE_INFINITY, cause: undefined as unknown };
  const fetchKeys: FetchImplementation = async (url, init) => {
    if (performance.now() < failure.at + failureCooldownMs) throw failure.cause;
    try {
      return await fetchOk(jwksUrl ?? jwksUrlIn(await (await fetchOk(url, init)).json(), issuer), init);
    } catch (cause) {
      failure = { at: performance.now(), cause };
      throw cause;
    }
  };
  const url = new URL(jwksUrl ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  let keys: JWTVerifyGetKey | undefined;
  return async (header, token) => {
    // created late: it loads `fetch`, which takes some 15 ms
    keys ??= createRemoteJWKSet(url, { cooldownDuration, cacheMaxAge, [customFetch]: fetchKeys });
    try {
      return await keys(header, token);
    } catch (cause) {
      if (tokenErrors.some((kind) => cause instanceof kind)) throw cause;
      throw new IssuerUnavailableError(`The keys of ${issuer} are not available`, { cause });
    }
  };
}

/** Errors for which the token is to blame. */
const tokenErrors = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

const configurationSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

function jwksUrlIn(configuration: unknown, issuer: string): string {
  const { issuer: ownName, jwks_uri } = configurationSchema.parse(configuration);
  if (ownName !== issuer) throw new Error(`AUTH_ISSUER holds ${issuer}, but the issuer calls itself ${ownName}`);
  const isSecure = issuer.startsWith('https:') ? jwks_uri.startsWith('https:') : true;
  if (!isSecure || !isSecureUrl(jwks_uri)) throw new Error(`${jwks_uri} is not https`);
  return jwks_uri;
}
