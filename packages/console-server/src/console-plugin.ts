import { examinedModels } from '@aws-starter-kit/doctor';
import type { Inspection } from '@aws-starter-kit/dynamo';
import type { AnyTRPCRouter } from '@trpc/server';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { BuiltFiles } from './built-files.js';
import { describeConsole } from './describe-console.js';
import type { ConsoleDescription, ConsoleSettings } from './description.js';
import { addDoctorRoute } from './doctor-route.js';
import { addLocalTokenRoute, type LocalToken } from './local-token-route.js';
import type { MetricsRing } from './metrics-ring.js';
import { notFound } from './not-found.js';
import { type Operations, operationsPermissions } from './operations.js';
import { assertPermission, type Guard, type PermissionsOf, type Reject } from './rejection.js';
import { securityPolicy } from './security-policy.js';
import { addStaticRoutes } from './static-routes.js';
import { addStorageRoute } from './storage-route.js';
import { addTableRoute } from './table-route.js';

/** What the console needs of its API. */
export interface ConsoleDependencies {
  readonly files: BuiltFiles;
  readonly settings: ConsoleSettings;
  /** Returns the origins, besides the console's own, to which its pages send requests: those of the issuer. @default none */
  readonly origins?: (() => Promise<readonly string[]>) | undefined;
  /** @default none: there is no local issuer */
  readonly localToken?: LocalToken | undefined;
  /** The name of the service. */
  readonly service: string;
  readonly router: AnyTRPCRouter;
  /** How the entities are stored. @default the models that the doctor examines */
  readonly models?: readonly Inspection[] | undefined;
  /** The metrics of the last hour. @default none */
  readonly metrics?: MetricsRing | undefined;
  /** @default none: the table is neither shown nor examined */
  readonly operations?: Operations | undefined;
  /** Returns the hooks of routes that need a token, and that count the requests of a caller. */
  readonly authentication: (app: FastifyInstance) => onRequestHookHandler[];
  /** Returns the permissions of the caller of a request that passed them. */
  readonly permissionsOf: PermissionsOf;
  /** Counts the requests of a caller without a token. @default none */
  readonly admit?: onRequestHookHandler | undefined;
  readonly reject: Reject;
}

/** The console of an API: its files, and what it asks about the API. Register it with a prefix: `/console`. */
export const consolePlugin: FastifyPluginAsync<ConsoleDependencies> = async (app, dependencies) => {
  const { files, settings, origins = async () => [], localToken, reject, admit } = dependencies;
  addStaticRoutes(app, files, async () => securityPolicy(await origins()));
  await app.register(async (open) => {
    if (admit) open.addHook('onRequest', admit);
    open.get('/api/settings', async () => settings);
    addLocalTokenRoute(open, localToken, reject);
  });
  await app.register(async (closed) => addTokenRoutes(closed, dependencies));
  app.all('/api/*', async () => {
    throw notFound();
  });
};

/** Adds the routes that need a token. */
function addTokenRoutes(app: FastifyInstance, dependencies: ConsoleDependencies): void {
  const { authentication, permissionsOf, reject, service, router, metrics, operations } = dependencies;
  const { models = examinedModels().map(({ stores }) => stores) } = dependencies;
  for (const hook of authentication(app)) app.addHook('onRequest', hook);
  const guard: Guard = { permissionsOf, reject };

  let entities: ConsoleDescription['entities'] | undefined;
  const entitiesOf = ({ log }: FastifyRequest) => {
    entities ??= describeConsole({ router, models, warn: (message) => log.warn(message) });
    return entities;
  };
  app.get('/api/description', async (request): Promise<ConsoleDescription> => {
    const permissions = permissionsOf(request);
    const isOperator = permissions.has(operationsPermissions.read);
    return {
      service,
      entities: entitiesOf(request),
      permissions: [...permissions],
      operations: {
        metrics: isOperator && metrics !== undefined,
        table: isOperator && operations !== undefined,
        doctor: isOperator && operations !== undefined,
      },
    };
  });
  addStorageRoute(app, { guard, models, entitiesOf });
  if (metrics)
    app.get('/api/metrics', async (request) => {
      assertPermission(guard, request, operationsPermissions.read);
      return metrics.read();
    });
  if (!operations) return;
  addTableRoute(app, operations, guard);
  addDoctorRoute(app, operations, guard);
}
