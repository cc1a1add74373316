import { type Env, EnvError } from '../env.js';
import { type Authenticate, jwtAuthentication } from './jwt-authentication.js';

const example = 'such as AUTH_ISSUER=https://login.example.com/ AUTH_AUDIENCE=https://users.example.com';

/**
 * Returns how callers are authenticated: by tokens of AUTH_ISSUER; undefined if none of its variables is set.
 * @throws EnvError if only a part of them is set
 */
export function issuerAuthentication(env: Env): Authenticate | undefined {
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URL: jwksUrl } = env;
  if (issuer && audience) return jwtAuthentication({ issuer, audience: audience.split(','), jwksUrl });
  if (!issuer && !audience && !jwksUrl) return undefined;
  const missing = issuer ? 'AUTH_AUDIENCE' : 'AUTH_ISSUER';
  throw new EnvError(`${missing} is not set: AUTH_ISSUER and AUTH_AUDIENCE go together, ${example}`);
}

/** Returns the error of an API that needs an issuer and has none. @param reason such as `With NODE_ENV=production` */
export const issuerIsMissing = (reason: string) =>
  new EnvError(`${reason} the API needs to know whose tokens it takes: set AUTH_ISSUER and AUTH_AUDIENCE, ${example}`);
