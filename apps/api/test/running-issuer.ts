import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';

export const audience = 'https://users.example.com';

export interface RunningIssuer {
  issuer: string;
  /** Its key pairs by algorithm, which is also their `kid`. It publishes the public keys. */
  pairs: Record<'RS256' | 'ES256' | 'EdDSA', GenerateKeyPairResult>;
  /** The requested paths, in order. */
  asked: string[];
  /** Sets the status of later answers. */
  answer(status: number): void;
  /** Returns a token that is valid except as given: RS256, for {@link audience}, for an hour. */
  token(
    claims?: Record<string, unknown>,
    header?: Partial<JWTHeaderParameters>,
    key?: CryptoKey | Uint8Array,
  ): Promise<string>;
  stop(): void;
}

/**
 * Starts an OpenID provider on a free port, with configuration and keys as Cognito, Auth0, Entra and Keycloak publish
 * them.
 */
export async function runningIssuer(): Promise<RunningIssuer> {
  const options = { extractable: true };
  const pairs = {
    RS256: await generateKeyPair('RS256', options),
    ES256: await generateKeyPair('ES256', options),
    EdDSA: await generateKeyPair('EdDSA', options),
  };
  const keys = await Promise.all(
    Object.entries(pairs).map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig' })),
  );
  const asked: string[] = [];
  let status = 200;
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const body = url === '/keys' ? { keys } : { issuer, jwks_uri: `${issuer}/keys` };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = Math.floor(Date.now() / 1000);
  return {
    issuer,
    pairs,
    asked,
    answer: (next) => {
      status = next;
    },
    token: (claims, header, key = pairs.RS256.privateKey) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'ada', iat: now, exp: now + 3600, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: header?.alg ?? 'RS256', typ: 'at+jwt', ...header })
        .sign(key),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
