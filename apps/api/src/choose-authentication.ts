import { type Env, EnvError } from './env.js';
import { type Authenticate, jwtAuthentication } from './jwt-authentication.js';
import { localIssuer } from './local-issuer.js';
import { permissions } from './permissions.js';

/** Whose tokens the API takes: those of AUTH_ISSUER, or without it, on this machine alone, those of an issuer in this process. */
export async function chooseAuthentication(env: Env): Promise<{ authenticate: Authenticate; localToken?: string }> {
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URL: jwksUrl, NODE_ENV, HOST } = env;
  if (issuer && audience) return { authenticate: jwtAuthentication({ issuer, audience, jwksUrl }) };

  const example = 'such as AUTH_ISSUER=https://login.example.com/ AUTH_AUDIENCE=https://users.example.com';
  if (issuer || audience || jwksUrl)
    throw new EnvError(
      `${issuer ? 'AUTH_AUDIENCE' : 'AUTH_ISSUER'} is not set: AUTH_ISSUER and AUTH_AUDIENCE go together, ${example}`,
    );
  const exposed =
    NODE_ENV === 'production'
      ? 'With NODE_ENV=production'
      : isLoopback(HOST)
        ? undefined
        : `With HOST=${HOST}, which others can reach,`;
  if (exposed)
    throw new EnvError(
      `${exposed} the API needs to know whose tokens it takes: set AUTH_ISSUER and AUTH_AUDIENCE, ${example}`,
    );

  const { authenticate, token } = await localIssuer();
  return { authenticate, localToken: await token({ scope: permissions.join(' '), sub: 'developer' }) };
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
