import { examinedModels } from '@aws-starter-kit/doctor';
import type { Inspection } from '@aws-starter-kit/dynamo';
import type { AnyTRPCRouter } from '@trpc/server';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { BuiltFiles } from './built-files.js';
import { describeConsole } from './describe-console.js';
import type { ConsoleDescription, ConsoleLocalToken, ConsoleSettings } from './description.js';
import { addLocalTokenRoute } from './local-token-route.js';
import { notFound } from './not-found.js';
import { securityPolicy } from './security-policy.js';
import { addStaticRoutes } from './static-routes.js';

/** Why a request is rejected. The API makes an error of it, which it answers in its own form. */
export interface Rejection {
  readonly code: 'BAD_REQUEST' | 'FORBIDDEN' | 'CONFLICT' | 'TOO_MANY_REQUESTS';
  readonly message: string;
  readonly reason?: 'MISSING_PERMISSION';
  readonly fieldErrors?: Record<string, string[]>;
}

/** What the console needs of its API. */
export interface ConsoleDependencies {
  readonly files: BuiltFiles;
  readonly settings: ConsoleSettings;
  /** Origins, besides the console's own, to which its pages send requests: those of the issuer. */
  readonly origins?: readonly string[];
  /** Returns a short-lived token with every permission. @default none: there is no local issuer */
  readonly issueToken?: (() => Promise<ConsoleLocalToken>) | undefined;
  /** The name of the service. */
  readonly service: string;
  readonly router: AnyTRPCRouter;
  /** How the entities are stored. @default the models that the doctor examines */
  readonly models?: readonly Inspection[] | undefined;
  /** Returns the hooks of routes that need a token, and that count the requests of a caller. */
  readonly authentication: (app: FastifyInstance) => onRequestAsyncHookHandler[];
  /** Returns the permissions of the caller of a request that passed them. */
  readonly permissionsOf: (request: FastifyRequest) => ReadonlySet<string>;
  /** Counts the requests of a caller without a token. @default none */
  readonly admit?: onRequestAsyncHookHandler | undefined;
  readonly rejection: (rejection: Rejection) => Error;
}

/** The console of an API: its files, and what it asks about the API. Register it with a prefix: `/console`. */
export const consolePlugin: FastifyPluginAsync<ConsoleDependencies> = async (app, dependencies) => {
  const { files, settings, origins = [], issueToken, rejection, admit } = dependencies;
  addStaticRoutes(app, files, securityPolicy(origins));

  await app.register(async (open) => {
    if (admit) open.addHook('onRequest', admit);
    open.get('/api/settings', async () => settings);
    if (issueToken)
      addLocalTokenRoute(open, issueToken, () =>
        rejection({
          code: 'FORBIDDEN',
          message: 'Only the console gets this, from a page of its own origin on this machine',
        }),
      );
    else
      open.post('/api/local-token', async () => {
        throw rejection({ code: 'FORBIDDEN', message: 'This API takes no local tokens: sign in by its issuer' });
      });
  });
  await app.register(async (closed) => addTokenRoutes(closed, dependencies));
  app.all('/api/*', async () => {
    throw notFound();
  });
};

/** Adds the routes that need a token. */
function addTokenRoutes(app: FastifyInstance, dependencies: ConsoleDependencies): void {
  const { authentication, permissionsOf, service, router } = dependencies;
  const { models = examinedModels().map(({ stores }) => stores) } = dependencies;
  for (const hook of authentication(app)) app.addHook('onRequest', hook);
  let entities: ConsoleDescription['entities'] | undefined;
  app.get('/api/description', async (request): Promise<ConsoleDescription> => {
    entities ??= describeConsole({ router, models, warn: (message) => request.log.warn(message) });
    return {
      service,
      entities,
      permissions: [...permissionsOf(request)],
      operations: { metrics: false, table: false, doctor: false },
    };
  });
}
