import {
  bearerAuthChallengeResponse,
  createMcpHandler,
  getOAuthProtectedResourceMetadataUrl,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  OAuthError,
  OAuthErrorCode,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { LRUCache } from 'lru-cache';
import { type ApiAccess, assertSecure, toolApi } from './api-access.js';
import { isTokenAccepted, type ToolApi } from './call-tool.js';
import { mcpServer, type ServedTools } from './mcp-server.js';

export interface McpHttpOptions extends ApiAccess, ServedTools {
  /** The URL of the endpoint, as clients see it. @default `/mcp` of this machine */
  readonly publicUrl?: string | undefined;
  /** The issuer of the API's tokens. Clients discover it by the metadata of the endpoint. @default none */
  readonly issuer?: string | undefined;
}

/** Time for which an accepted token is cached. The API still validates it in each call. */
const checkedForMs = 30_000;

/**
 * Builds the HTTP endpoint for remote MCP clients: Streamable HTTP at `/mcp`, without sessions. It passes the token of
 * each request on to the API. It does not listen until you call `listen`.
 */
export function mcpHttpApp({ publicUrl, issuer, ...served }: McpHttpOptions): FastifyInstance {
  assertSecure(served.url);
  const path = publicUrl ? new URL(publicUrl).pathname : '/mcp';
  const hostnames = [...localhostAllowedHostnames(), ...(publicUrl ? [new URL(publicUrl).hostname] : [])];
  const accepted = new LRUCache<string, true>({ max: 1000, ttl: checkedForMs });
  const apis = new WeakMap<object, ToolApi>(); // by request
  const handler = createMcpHandler(({ requestInfo }) => mcpServer(served, apiOf(requestInfo)));
  const resourceOf = ({ host }: FastifyRequest) => new URL(publicUrl ?? `http://${host}${path}`);
  const scopes = [...served.tools.values()].flatMap(({ procedure }) =>
    served.allowWrites || procedure.type === 'query' ? (procedure.needs ?? []) : [],
  );

  const app = fastify({ bodyLimit: 131_072, requestTimeout: 15_000, keepAliveTimeout: 61_000 });
  app.addHook('onClose', () => handler.close());
  // against DNS rebinding: a page of another origin must not reach an endpoint on this machine by a name that it
  // controls
  app.addHook('onRequest', async (request, reply) => {
    const asked = new Request('http://localhost', { headers: webHeaders(request) });
    const rejection = hostHeaderValidationResponse(asked, hostnames) ?? originValidationResponse(asked, hostnames);
    if (rejection) return reply.send(rejection);
  });
  for (const wellKnown of ['', path].map((suffix) => `/.well-known/oauth-protected-resource${suffix}`))
    app.get(wellKnown, (request, reply) => {
      if (!issuer) return reply.callNotFound();
      return reply.header('access-control-allow-origin', '*').send({
        resource: resourceOf(request).href,
        authorization_servers: [issuer],
        scopes_supported: [...new Set(scopes)],
        bearer_methods_supported: ['header'],
      });
    });
  for (const url of new Set(['/mcp', path]))
    app.route({ method: ['GET', 'POST', 'DELETE'], url, onRequest: requireToken, handler: serve });

  /** Runs before the body is read. */
  async function requireToken(request: FastifyRequest, reply: FastifyReply) {
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) return reply.send(challenge(request, 'The request has no bearer token'));
    const api = toolApi(served, { token, headers: { 'x-forwarded-for': forwardedFor(request) } });
    if (!accepted.has(token)) {
      const isAccepted = await isTokenAccepted(api.client);
      if (isAccepted === false) return reply.send(challenge(request, 'The API rejects the token'));
      if (isAccepted) accepted.set(token, true); // if undefined, the API does not answer, and each call will fail by itself
    }
    apis.set(request, api);
  }

  async function serve(request: FastifyRequest, reply: FastifyReply) {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const init = { method: request.method, headers: webHeaders(request), signal: gone.signal };
    const asked = new Request(resourceOf(request), init);
    apis.set(asked, apiOf(request));
    return reply.send(await handler.fetch(asked, { parsedBody: request.body }));
  }

  function apiOf(request: object | undefined): ToolApi {
    const api = request && apis.get(request);
    if (!api) throw new Error('The request has no token');
    return api;
  }

  function challenge(request: FastifyRequest, message: string): Response {
    const resourceMetadataUrl = issuer && getOAuthProtectedResourceMetadataUrl(resourceOf(request));
    const error = new OAuthError(OAuthErrorCode.InvalidToken, message);
    return bearerAuthChallengeResponse(error, resourceMetadataUrl ? { resourceMetadataUrl } : {});
  }
  return app;
}

/**
 * With the IP address of this server in TRUST_PROXY, the API limits callers without a valid token by their own IP
 * address.
 */
const forwardedFor = ({ headers, socket }: FastifyRequest): string =>
  [headers['x-forwarded-for'], socket.remoteAddress].filter(Boolean).join(', ');

const webHeaders = ({ headers }: FastifyRequest): Headers =>
  new Headers(Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])));
