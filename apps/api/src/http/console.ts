import {
  builtFiles,
  type ConsoleSettings,
  consolePlugin,
  issuerOrigins,
  MissingFilesError,
} from '@aws-starter-kit/console-server';
import type { Inspection } from '@aws-starter-kit/dynamo';
import type { AnyTRPCRouter } from '@trpc/server';
import type { FastifyInstance } from 'fastify';
import type { Authenticate } from '../auth/jwt-authentication.js';
import { requireToken } from '../auth/require-token.js';
import { type Env, EnvError } from '../env.js';
import { ClientError } from '../errors/client-error.js';
import { permissionsOf } from '../trpc/needed-permissions.js';
import { admitCaller, limitByNetwork, limitUnauthenticated, type RateLimit } from '../trpc/rate-limit.js';
import { appRouter } from '../trpc/router.js';

/** How long a token of the console is valid in development: the page asks for another before. */
const localTokenSeconds = 600;

export const consolePath = '/console/';

/** What the console needs of the API's composition. */
export interface ConsoleOptions {
  readonly env: Env;
  readonly authenticate: Authenticate;
  /** The local issuer's; absent if AUTH_ISSUER issues the tokens. */
  readonly issueToken: ((seconds: number) => Promise<string>) | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** The router that is shown. @default `appRouter` */
  readonly router?: AnyTRPCRouter;
  /** How its entities are stored. @default the models that the doctor examines */
  readonly models?: readonly Inspection[];
}

/**
 * Adds the console under `/console/`. Only main.ts loads this file, and only with the variable CONSOLE.
 * @throws EnvError if the console has no built files, or nobody could sign in
 */
export function addConsole(app: FastifyInstance, options: ConsoleOptions): void {
  const { env, authenticate, issueToken, rateLimit, router = appRouter, models } = options;
  const local = env.NODE_ENV === 'development' ? issueToken : undefined;
  const settings: ConsoleSettings = local ? { signIn: 'local' } : oidcSettings(env, router);
  app.register(consolePlugin, {
    prefix: consolePath.slice(0, -1),
    files: filesOf(env),
    settings,
    origins: settings.signIn === 'oidc' ? issuerOrigins(settings.issuer) : [],
    issueToken: local && (async () => ({ token: await local(localTokenSeconds), expiresInSeconds: localTokenSeconds })),
    service: env.SERVICE_NAME,
    router,
    models,
    authentication: (scope) => [
      requireToken(scope, authenticate, rateLimit && limitUnauthenticated(scope, rateLimit)),
      admitCaller({ limit: undefined }, rateLimit),
    ],
    permissionsOf: ({ actor }) => actor?.permissions ?? new Set(),
    admit: rateLimit && limitByNetwork(rateLimit, 'console'),
    rejection: (options) => new ClientError(options),
  });
}

function filesOf({ CONSOLE: setting = '', NODE_ENV }: Env) {
  try {
    return builtFiles(setting, { mayBeMissing: NODE_ENV === 'development' && setting === 'on' });
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
  const { CONSOLE_SCOPE: scope = ['openid', ...permissionsOf(router)].join(' ') } = env;
  return { signIn: 'oidc', issuer, clientId, scope, audience: audience.split(',')[0] ?? audience };
}
