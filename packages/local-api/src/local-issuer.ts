import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, type JWTVerifyGetKey, SignJWT } from 'jose';

/** An issuer of tokens whose key exists in this process only: for development and tests. */
export interface LocalIssuer {
  issuer: string;
  audience: string;
  /** Its public keys, as jose's `jwtVerify` asks for them. */
  keys: JWTVerifyGetKey;
  /** A token with these claims, such as `{ scope: 'users:read' }`; valid for 30 days unless `exp` says otherwise. */
  token(claims: JWTPayload): Promise<string>;
}

/** Makes an issuer, with a key of its own. */
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
