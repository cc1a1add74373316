import { createHmac, randomUUID } from 'node:crypto';
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import { createPrivateFile, readPrivateFile, writePrivateFile } from './private-file.js';

/** An issuer of tokens for development and tests. */
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
  /** Returns a secret derived from the private key, which stays the same as long as the key does. */
  secret(purpose: string): string;
}

export interface LocalIssuerOptions {
  /**
   * Path of a file that keeps the private key, so that tokens outlive a restart. Only this user can read it.
   * @default none: the key exists in this process only
   */
  keyFile?: string | undefined;
}

const alg = 'ES256';

/** Creates an issuer with a key of its own, or with the key that is kept. */
export async function localIssuer({ keyFile }: LocalIssuerOptions = {}): Promise<LocalIssuer> {
  const [issuer, audience] = ['urn:aws-starter-kit:local', 'aws-starter-kit-api'];
  const { d, ...publicKey } = (await keptKey(keyFile)) ?? (await newKey(keyFile));
  const { kid = '' } = publicKey;
  const privateKey = await importJWK({ ...publicKey, d } as JWK, alg);
  return {
    issuer,
    audience,
    keys: createLocalJWKSet({ keys: [publicKey] }),
    token: (claims) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'local', ...claims })
        .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? '30 days')
        .sign(privateKey),
    secret: (purpose) => createHmac('sha256', String(d)).update(purpose).digest('base64url'),
  };
}

/** Returns the key in a file; undefined where there is none, something else, or a file that others can write or read. */
async function keptKey(file: string | undefined): Promise<JWK | undefined> {
  try {
    const text = file === undefined ? undefined : readPrivateFile(file);
    if (text === undefined) return undefined;
    const key: JWK = JSON.parse(text);
    await importJWK(key, alg);
    return key.d && key.kid ? key : undefined;
  } catch {
    return undefined;
  }
}

async function newKey(file: string | undefined): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg, kid: randomUUID() };
  try {
    const text = JSON.stringify(key);
    if (file !== undefined && !createPrivateFile(file, text)) {
      const other = await keptKey(file); // of a process that has started at the same time
      if (other) return other;
      writePrivateFile(file, text); // the file holds no key
    }
  } catch {
    // tokens end with this process then
  }
  return key;
}
