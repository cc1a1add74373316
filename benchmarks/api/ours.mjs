// Ours, as in production: tokens of an issuer, permissions, rate limit, headers for browsers, overload protection, a line of log a call.
import {
  buildApp,
  jwtAuthentication,
  makeServices,
  procedure,
  rateLimit,
  router,
  usersRouter,
} from '@aws-starter-kit/api/app';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { localIssuer } from '@aws-starter-kit/local-api';
import * as z from 'zod';

export async function make({ endpoint, table: tableName }) {
  const issuer = await localIssuer();
  const client = createDynamoClient({ endpoint });
  const ping = procedure
    .meta({ needs: 'users:read' })
    .output(z.object({ ok: z.boolean() }))
    .query(() => ({ ok: true }));
  const app = buildApp({
    router: router({ ping, users: usersRouter }),
    authenticate: jwtAuthentication(issuer),
    rateLimit: rateLimit(1e9),
    services: (logger) => makeServices({ client, tableName, logger }),
  });
  const claims = { scope: 'users:write', sub: 'somebody', email: 'somebody@example.com', email_verified: true };
  const headers = { authorization: `Bearer ${await issuer.token(claims)}` };
  return { app, headers, style: 'trpc', cases: ['ping', 'getById', 'batch', 'create'] };
}
