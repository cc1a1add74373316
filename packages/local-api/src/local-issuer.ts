import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, type JWTVerifyGetKey, SignJWT } from 'jose';

/** An issuer of tokens for development and tests. Its key exists in this process only. */
export interface LocalIssuer {
  issuer: string;
  audience: string;
  /** Its public keys, for jose's `jwtVerify`. */
  keys: JWTVerifyGetKey;
  /**
   * Returns a token with these token claims, such as `{ scope: 'users:read' }`; valid for 30 days unless `exp` is
   * given.
   */
  token(claims: JWTPayload): Promise<string>;
}

/** Creates an issuer with a key of its own. */
export async function localIssuer(): Promise<LocalIssuer> {
  const [issuer, audience, alg, kid] = ['urn:aws-starter-kit:local', 'aws-starter-kit-api', 'ES256', randomUUID()];
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return {
    issuer,
    audience,
    keys: createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg, kid }] }),
    token: (claims) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'local', ...claims })
        .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? '30 days')
        .sign(privateKey),
  };
}
