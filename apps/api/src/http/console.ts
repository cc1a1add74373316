import { randomBytes } from 'node:crypto';
import path from 'node:path';
import {
  builtFiles,
  type ConsoleSettings,
  consolePlugin,
  type MetricsRing,
  MissingFilesError,
  metricsRing,
  type Operations,
  operationsPermissions,
} from '@aws-starter-kit/console-server';
import { tableOf } from '@aws-starter-kit/dynamo';
import type { DynamoModelOptions, Inspection } from '@aws-starter-kit/dynamo/model';
import type { AnyTRPCRouter } from '@trpc/server';
import type { FastifyInstance } from 'fastify';
import { issuerOrigins } from '../auth/issuer-origins.js';
import type { Authenticate } from '../auth/jwt-authentication.js';
import type { Permission } from '../auth/permissions.js';
import { requireToken } from '../auth/require-token.js';
import { type Env, EnvError } from '../env.js';
import { ClientError } from '../errors/client-error.js';
import type { AuditTrail } from '../telemetry/audit-trail.js';
import { permissionsOf } from '../trpc/needed-permissions.js';
import { admitCaller, limitByNetwork, limitUnauthenticated, type RateLimit } from '../trpc/rate-limit.js';
import { appRouter } from '../trpc/router.js';

/** How long a token of the console is valid in development: the page asks for another before. */
const localTokenSeconds = 600;

const consolePath = '/console/';

/** Returns metrics that the console shows, to be passed to `composeApi` too. */
export { metricsRing };

/** The permissions that a local token has beside those of the router. */
export const consolePermissions: readonly Permission[] = Object.values(operationsPermissions);

/** What the console needs of the API's composition. */
export interface ConsoleOptions {
  readonly env: Env;
  readonly authenticate: Authenticate;
  /** The local issuer's; absent if AUTH_ISSUER issues the tokens. */
  readonly issueToken: ((seconds: number) => Promise<string>) | undefined;
  /** What a page has to know to get a local token. @default a random one */
  readonly pageSecret?: string | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** The router that is shown. @default `appRouter` */
  readonly router?: AnyTRPCRouter;
  /** How its entities are stored. @default the models that the doctor examines */
  readonly models?: readonly Inspection[];
  /** The metrics of the last hour. @default none */
  readonly metrics?: MetricsRing | undefined;
  /** The table that operators may see and repair. @default none */
  readonly table?: (DynamoModelOptions & Pick<Operations, 'models'>) | undefined;
  /** The limits of an examination of the table. */
  readonly examination?: Pick<Operations, 'rate' | 'withinMs'>;
  /** Records repairs. @default none */
  readonly audit?: AuditTrail | undefined;
}

/**
 * Adds the console under `/console/`. Only main.ts loads this file, and only with the variable CONSOLE.
 * @returns the path to open, which has a secret in its fragment where the console signs in by itself
 * @throws EnvError if the console has no built files, or nobody could sign in
 */
export function addConsole(app: FastifyInstance, options: ConsoleOptions): string {
  const { env, authenticate, issueToken, rateLimit, router = appRouter, models, metrics, table } = options;
  const local = env.NODE_ENV === 'development' ? issueToken : undefined;
  const { pageSecret = randomBytes(32).toString('base64url') } = options;
  const settings: ConsoleSettings = local ? { signIn: 'local' } : oidcSettings(env, router);
  app.register(consolePlugin, {
    prefix: consolePath.slice(0, -1),
    files: filesOf(env),
    settings,
    origins: settings.signIn === 'oidc' ? issuerOrigins(settings.issuer) : undefined,
    localToken: local && {
      secret: pageSecret,
      issue: async () => ({ token: await local(localTokenSeconds), expiresInSeconds: localTokenSeconds }),
    },
    service: env.SERVICE_NAME,
    router,
    models,
    metrics,
    operations:
      hasOperations(env) && table
        ? {
            ...tableOf(table),
            endpoint: table.endpoint,
            models: table.models,
            ...options.examination,
            onRepair: recordRepair(options),
          }
        : undefined,
    authentication: (scope) => [
      requireToken(scope, authenticate, rateLimit && limitUnauthenticated(scope, rateLimit)),
      admitCaller({ limit: undefined }, rateLimit),
    ],
    permissionsOf: ({ actor }) => actor?.permissions ?? new Set(),
    admit: rateLimit && limitByNetwork(rateLimit, 'console'),
    reject: (rejection) => new ClientError(rejection),
  });
  return local ? `${consolePath}#local=${pageSecret}` : consolePath;
}

/** Returns whether operators may see and repair the table. In development, they may by default. */
const hasOperations = ({ CONSOLE_OPERATIONS, NODE_ENV }: Env): boolean =>
  (CONSOLE_OPERATIONS ?? (NODE_ENV === 'development' ? 'on' : 'off')) === 'on';

/** Records who had the doctor repair the table. Its writes are not those of a model, so that they have no ids here. */
const recordRepair =
  ({ audit }: ConsoleOptions): NonNullable<Operations['onRepair']> =>
  (request, { code, repaired }) => {
    request.log.info({ code, repaired }, 'the doctor repaired the table');
    if (request.actor)
      audit?.call(request, request.actor, {
        ...{ procedure: 'console.doctor', isMutation: true, isReplayed: false, written: [] },
        outcome: code,
        reason: undefined,
      });
  };

/** Returns whether the console may still be built while the API runs, in development: `pnpm dev` builds it into a folder `.dev`. */
const isBuiltLater = (setting: string, { NODE_ENV }: Env): boolean =>
  NODE_ENV === 'development' && (setting === 'on' || path.basename(path.dirname(setting)) === '.dev');

function filesOf(env: Env) {
  const { CONSOLE: setting = '' } = env;
  try {
    return builtFiles(setting, { mayBeMissing: isBuiltLater(setting, env) });
  } catch (error) {
    if (error instanceof MissingFilesError) throw new EnvError(error.message, { cause: error });
    throw error;
  }
}

/** Returns how people sign in by AUTH_ISSUER. @throws EnvError */
function oidcSettings(env: Env, router: AnyTRPCRouter): ConsoleSettings {
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, CONSOLE_CLIENT_ID: clientId } = env;
  if (issuer === undefined || audience === undefined)
    throw new EnvError('CONSOLE needs somebody to sign in by: set AUTH_ISSUER, AUTH_AUDIENCE and CONSOLE_CLIENT_ID');
  if (clientId === undefined)
    throw new EnvError(
      'CONSOLE_CLIENT_ID is not set: with CONSOLE and AUTH_ISSUER, it names the public client by which people sign in',
    );
  const operations = hasOperations(env) ? consolePermissions : [operationsPermissions.read];
  const { CONSOLE_SCOPE: scope = ['openid', ...permissionsOf(router), ...operations].join(' ') } = env;
  return { signIn: 'oidc', issuer, clientId, scope, audience: audience.split(',')[0] ?? audience };
}
