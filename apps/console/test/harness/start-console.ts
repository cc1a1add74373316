import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { rateLimit } from '@aws-starter-kit/api/app';
import { organisationRoles, organisationsRouter } from '@aws-starter-kit/api/organisations';
import { permissionsOf } from '@aws-starter-kit/api/permissions';
import { createDynamoClient, type DynamoModelOptions, ensureTable, inspect } from '@aws-starter-kit/dynamo';
import { localIssuer } from '@aws-starter-kit/local-api';
import { changeFeed } from '@aws-starter-kit/streams';
import { UserModel } from '@aws-starter-kit/users';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import { inject } from 'vitest';
import { buildApp, liveModels, router, usersRouter } from '../../../api/src/app.js';
import { issuerAuthentication } from '../../../api/src/auth/authentication.js';
import { jwtAuthentication } from '../../../api/src/auth/jwt-authentication.js';
import { readEnv } from '../../../api/src/env.js';
import { addConsole, consolePermissions, metricsRing } from '../../../api/src/http/console.js';
import { capturedLogger, type LogLine } from '../../../api/test/captured-logger.js';
import { capturedTrail } from '../../../api/test/captured-trail.js';
import '../../../../test/provided-context.js';
import { ProjectModel, projectsRouter } from './projects.js';

const consoleRouter = router({ users: usersRouter, organisations: organisationsRouter, projects: projectsRouter });

export interface RunningConsole {
  /** Of the API: `http://127.0.0.1:49152`. */
  readonly url: string;
  /** What the printed URL has in its fragment; empty with an issuer. */
  readonly fragment: string;
  readonly table: DynamoModelOptions & { readonly tableName: string };
  /** Calls of the user who signs in with the local token. */
  readonly client: TRPCClient<typeof consoleRouter>;
  readonly users: UserModel;
  readonly lines: readonly LogLine[];
  readonly stop: () => Promise<void>;
}

export interface ConsoleSettings {
  /** Whether the table has a stream for live changes. Writes are slower with one. @default true */
  readonly isLive?: boolean;
  /** The issuer by which people sign in. @default the local token */
  readonly issuer?: { readonly url: string; readonly audience: string; readonly clientId: string };
}

/** The user who signs in with the local token. An organisation needs a verified email. */
const developer = { sub: 'developer', email: 'developer@example.com', email_verified: true };

/**
 * Starts the API of users, organisations and projects on a free port, with a table of its own, its live changes and the
 * built console.
 */
export async function startConsole({ issuer, isLive = true }: ConsoleSettings = {}): Promise<RunningConsole> {
  const connection = { endpoint: inject('endpoint'), region: 'us-east-1' };
  const table = { client: createDynamoClient(connection), tableName: `console-${randomUUID()}` };
  await ensureTable({ ...table, stream: isLive });

  const scope = [...permissionsOf(consoleRouter), ...consolePermissions].join(' ');
  const local = await localIssuer();
  const issueToken = (seconds: number) =>
    local.token({ ...developer, scope, exp: Math.floor(Date.now() / 1000) + seconds });
  const env = readEnv({
    NODE_ENV: issuer ? 'test' : 'development',
    CONSOLE: 'on',
    DYNAMODB_TABLE: table.tableName,
    AWS_ENDPOINT_URL: connection.endpoint,
    ...(issuer && { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: issuer.audience, CONSOLE_CLIENT_ID: issuer.clientId }),
  });
  const authenticate = (issuer && issuerAuthentication(env)) ?? jwtAuthentication(local);
  const limit = rateLimit(1_000_000);
  const { logger, lines } = capturedLogger();
  const models = { ...liveModels({ ...table, logger }), projects: new ProjectModel({ ...table, logger }) };
  const live = changeFeed({ models, ...table, logger, pollMs: 50 });
  const metrics = metricsRing();
  const stored = [inspect(models.users), inspect(models.projects)];
  const app = buildApp({
    router: consoleRouter,
    access: { organisations: organisationRoles },
    authenticate,
    logger,
    audit: capturedTrail().audit,
    ...(isLive && { live }),
    metrics,
    table,
  });
  const pathOfConsole = addConsole(app, {
    env,
    authenticate,
    issueToken: issuer ? undefined : issueToken,
    rateLimit: limit,
    router: consoleRouter,
    models: stored,
    metrics,
    table: { ...table, endpoint: connection.endpoint, models: stored.map((stores) => ({ stores })) },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const headers = async () => ({ authorization: `Bearer ${await issueToken(600)}` });
  return {
    url,
    fragment: /#.*/.exec(pathOfConsole)?.[0] ?? '',
    table,
    client: createTRPCClient({ links: [httpLink({ url: `${url}/trpc`, headers })] }),
    users: new UserModel({ ...table, logger }),
    lines,
    async stop() {
      await app.close();
      table.client.destroy();
    },
  };
}
