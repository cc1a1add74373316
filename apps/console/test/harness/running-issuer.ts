import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface RunningIssuer {
  readonly url: string;
  readonly audience: string;
  readonly clientId: string;
  /** The requests for tokens, by grant type. */
  readonly grants: readonly string[];
  /** Sets how long later access tokens are valid. */
  expireAfter(seconds: number): void;
  /** Registers the console's URL, to which people return. The issuer answers from then on. */
  serve(consoleUrl: string, scope: string): void;
  stop(): Promise<void>;
}

const audience = 'https://api.example.com';
const clientId = 'console';

/** Starts a certified OpenID provider on loopback, whose pages take any login and password. */
export async function runningIssuer(): Promise<RunningIssuer> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const grants: string[] = [];
  let lifetimeSeconds = 3600;
  return {
    url,
    audience,
    clientId,
    grants,
    expireAfter(seconds) {
      lifetimeSeconds = seconds;
    },
    serve(consoleUrl, scope) {
      const provider = new Provider(url, {
        clients: [
          {
            client_id: clientId,
            token_endpoint_auth_method: 'none',
            redirect_uris: [`${consoleUrl}/`],
            post_logout_redirect_uris: [`${consoleUrl}/`],
            grant_types: ['authorization_code', 'refresh_token'],
          },
        ],
        scopes: ['openid', 'offline_access', ...scope.split(' ')],
        pkce: { required: () => true },
        clientBasedCORS: (_context, origin) => origin === new URL(consoleUrl).origin,
        issueRefreshToken: async () => true,
        findAccount: async (_context, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
        ttl: {
          AccessToken: () => lifetimeSeconds,
          Grant: 600,
          IdToken: 600,
          Interaction: 600,
          RefreshToken: 600,
          Session: 600,
        },
        cookies: { keys: ['only for tests'] },
        features: {
          resourceIndicators: {
            enabled: true,
            defaultResource: () => audience,
            useGrantedResource: () => true,
            getResourceServerInfo: () => ({
              scope,
              audience,
              accessTokenFormat: 'jwt',
              accessTokenTTL: lifetimeSeconds,
              jwt: { sign: { alg: 'RS256' } },
            }),
          },
        },
      });
      provider.on('grant.success', ({ oidc }) => grants.push(String(oidc.params?.grant_type)));
      server.on('request', provider.callback());
    },
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
