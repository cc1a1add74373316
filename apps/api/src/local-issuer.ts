import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { EnvError } from './env.js';
import { type Authenticate, jwtAuthentication } from './jwt-authentication.js';

/** An issuer whose key exists in this process only: for development and tests. */
export interface LocalIssuer {
  /** Takes its tokens, by the same code as those of any other issuer. */
  authenticate: Authenticate;
  /** A token with these claims, such as `{ scope: 'users:read' }`; valid for 30 days unless `exp` says otherwise. */
  token(claims: JWTPayload): Promise<string>;
}

/** Makes an issuer, with a key of its own. */
export async function localIssuer(): Promise<LocalIssuer> {
  const [issuer, audience, alg, kid] = ['urn:aws-starter-kit:local', 'aws-starter-kit-api', 'ES256', randomUUID()];
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg, kid }] });
  return {
    authenticate: jwtAuthentication({ issuer, audience, keys }),
    token: (claims) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'local', ...claims })
        .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? '30 days')
        .sign(privateKey),
  };
}

/**
 * Leaves a token for clients on this machine, readable by this user only. By renaming: a file that is there may be open to others, or a link.
 * @param name relative to the root of the repository, where clients look for it too
 * @returns its whole path
 */
export function leaveToken(token: string, name = '.local/api-token'): string {
  const file = path.resolve(fileURLToPath(new URL('../../..', import.meta.url)), name);
  const ours = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    rmSync(ours, { force: true });
    writeFileSync(ours, token, { mode: 0o600, flag: 'wx' });
    renameSync(ours, file);
    return file;
  } catch (cause) {
    throw new EnvError(
      `AUTH_TOKEN_FILE is ${file}, which cannot be written (${(cause as NodeJS.ErrnoException).code})`,
    );
  }
}
