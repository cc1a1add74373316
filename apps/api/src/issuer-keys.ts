import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';

export interface IssuerOptions {
  issuer: string;
  /** Where the issuer's keys are. @default what its `/.well-known/openid-configuration` names */
  jwksUrl?: string | undefined;
}

/** The keys of the issuer cannot be had, so that no token can be judged: not the fault of who sent it. */
export class IssuerUnavailableError extends Error {
  override readonly name = 'IssuerUnavailableError';
}

/** However many tokens name keys that are not known, the issuer is not asked more often. */
const cooldownDuration = 30_000;
/** A key that its issuer withdraws is forgotten after this. */
const cacheMaxAge = 600_000;
/** jose counts its cooldown from a success; an issuer that fails must not be asked by every request either. */
const failureCooldownMs = 5000;

/** The public keys of an issuer: asked for when the first token comes, when they are old, and when a token names another. */
export function issuerKeys({ issuer, jwksUrl }: IssuerOptions): JWTVerifyGetKey {
  let failure = { at: Number.NEGATIVE_INFINITY, cause: undefined as unknown };
  const fetchKeys: FetchImplementation = async (url, init) => {
    if (performance.now() < failure.at + failureCooldownMs) throw failure.cause;
    try {
      return await fetchOk(jwksUrl ?? keysAddress(issuer, await (await fetchOk(url, init)).json()), init);
    } catch (cause) {
      failure = { at: performance.now(), cause };
      throw cause;
    }
  };
  const url = new URL(jwksUrl ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  let keys: JWTVerifyGetKey | undefined;
  return async (header, token) => {
    // made late, since with it comes all that `fetch` needs, which takes some 15 ms to load
    keys ??= createRemoteJWKSet(url, { cooldownDuration, cacheMaxAge, [customFetch]: fetchKeys });
    try {
      return await keys(header, token);
    } catch (cause) {
      if (tokensFault.some((kind) => cause instanceof kind)) throw cause;
      throw new IssuerUnavailableError(`The keys of ${issuer} cannot be had`, { cause });
    }
  };
}

const tokensFault = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

async function fetchOk(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`);
  return response;
}

const configurationSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

function keysAddress(issuer: string, answer: unknown): string {
  const { issuer: ownName, jwks_uri } = configurationSchema.parse(answer);
  if (ownName !== issuer) throw new Error(`AUTH_ISSUER holds ${issuer}, but the issuer calls itself ${ownName}`);
  if (issuer.startsWith('https:') && !jwks_uri.startsWith('https:')) throw new Error(`${jwks_uri} is not https`);
  return jwks_uri;
}
