import { localIssuer, tokenFileAt } from '@aws-starter-kit/local-api';
import type { Env } from '../env.js';
import { issuerAuthentication, issuerIsMissing } from './authentication.js';
import { type Authenticate, jwtAuthentication } from './jwt-authentication.js';
import type { Permission } from './permissions.js';

/** The issuer of a developer's machine, and how callers are authenticated by it. */
export interface LocalAuthentication {
  readonly authenticate: Authenticate;
  /** A token for clients on this machine; absent if AUTH_ISSUER issues the tokens. */
  readonly localToken?: string;
  /** Returns another one, which is valid for a shorter time. */
  readonly issueToken?: (seconds: number) => Promise<string>;
  /** What a page has to know to get one. It stays the same when `pnpm dev` restarts the API. */
  readonly pageSecret?: string;
}

/**
 * Returns the authentication of callers: by tokens of AUTH_ISSUER if it is set. Otherwise by tokens of a local issuer,
 * on a loopback address outside production only; the result then includes a local token with these permissions.
 * @throws EnvError
 */
export async function chooseAuthentication(env: Env, permissions: readonly Permission[]): Promise<LocalAuthentication> {
  const authenticate = issuerAuthentication(env);
  if (authenticate) return { authenticate };
  const { NODE_ENV, HOST } = env;
  if (NODE_ENV === 'production') throw issuerIsMissing('With NODE_ENV=production');
  if (!/^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(HOST))
    throw issuerIsMissing(`With HOST=${HOST}, which others can reach,`);

  // tokens stay valid when `pnpm dev` restarts the API after an edit
  const local = await localIssuer({ keyFile: `${tokenFileAt(env.AUTH_TOKEN_FILE)}.key` });
  const claims = { scope: permissions.join(' '), sub: 'developer' };
  const issueToken = (seconds: number) => local.token({ ...claims, exp: Math.floor(Date.now() / 1000) + seconds });
  const pageSecret = local.secret('pages');
  return { authenticate: jwtAuthentication(local), localToken: await local.token(claims), issueToken, pageSecret };
}
