import { localIssuer, tokenFileAt } from '@aws-starter-kit/local-api';
import { type Env, EnvError } from '../env.js';
import { type Authenticate, jwtAuthentication } from './jwt-authentication.js';
import type { Permission } from './permissions.js';

const example = 'such as AUTH_ISSUER=https://login.example.com/ AUTH_AUDIENCE=https://users.example.com';

/**
 * Returns how callers are authenticated: by tokens of AUTH_ISSUER. Without one, on a loopback address outside
 * production, by tokens of a local issuer. Then it also returns a local token with these permissions.
 * @throws EnvError
 */
export async function chooseAuthentication(
  env: Env,
  permissions: readonly Permission[],
): Promise<{ authenticate: Authenticate; localToken?: string }> {
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URL: jwksUrl, NODE_ENV, HOST } = env;
  if (issuer && audience) return { authenticate: jwtAuthentication({ issuer, audience, jwksUrl }) };

  const missing = issuer ? 'AUTH_AUDIENCE' : 'AUTH_ISSUER';
  if (issuer || audience || jwksUrl)
    throw new EnvError(`${missing} is not set: AUTH_ISSUER and AUTH_AUDIENCE go together, ${example}`);
  const isProduction = NODE_ENV === 'production';
  const why = isProduction ? 'With NODE_ENV=production' : `With HOST=${HOST}, which others can reach,`;
  if (isProduction || !/^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(HOST))
    throw new EnvError(
      `${why} the API needs to know whose tokens it takes: set AUTH_ISSUER and AUTH_AUDIENCE, ${example}`,
    );

  // tokens stay valid when `pnpm dev` restarts the API after an edit
  const local = await localIssuer({ keyFile: `${tokenFileAt(env.AUTH_TOKEN_FILE)}.key` });
  const localToken = await local.token({ scope: permissions.join(' '), sub: 'developer' });
  return { authenticate: jwtAuthentication(local), localToken };
}
