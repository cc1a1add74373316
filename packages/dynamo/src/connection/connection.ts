import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { lazyModule } from '../lazy-module.js';
import type { DynamoModelOptions } from '../options.js';
import { lateTransport } from '../transport/late-transport.js';
import { leanTransport } from '../transport/lean/lean-transport.js';
import { sdkParts, serviceOf } from '../transport/lean/sdk.js';
import type { FindService, Service } from '../transport/lean/service.js';
import type { Transport } from '../transport/transport.js';
import { numberOfSockets, readEnvironment } from './environment.js';
import { environmentService } from './environment-service.js';
import { socketsOfPlainClient } from './plain-clients.js';
import { RetryBudget } from './retry-budget.js';

/** Access to one table, shared by all models of a process that use it through one client. */
export interface Connection {
  readonly tableName: string;
  readonly transport: Transport;
  readonly retries: RetryBudget;
  /** Whether the table has the marker item: every unique value has a claim. Undefined: not read yet; it is read once per process. */
  hasAllClaims: boolean | undefined;
}

/** The SDK's client for models without one. */
const sharedClients = lazyModule(() => import('./shared-client.js'));
const connections = new WeakMap<object, Map<string, Connection>>();
/** Keys of `connections` for models without a client, by region and endpoint. */
const places = new Map<string, object>();

/** Resolves options and environment. Later calls are cheap: connections, retry budget and marker are kept. */
export function connect(options: DynamoModelOptions): Connection {
  const place = options.client ?? placeOf(options);
  const tableName = options.tableName ?? readEnvironment().tableName;
  const byTable = connections.get(place) ?? new Map<string, Connection>();
  connections.set(place, byTable);
  let connection = byTable.get(tableName);
  if (!connection) {
    const transport = transportOf(options, tableName);
    connection = { tableName, transport, retries: new RetryBudget(), hasAllClaims: undefined };
    byTable.set(tableName, connection);
  }
  return connection;
}

function placeOf({ region, endpoint }: DynamoModelOptions): object {
  const key = `${region} ${endpoint}`;
  let place = places.get(key);
  if (!place) {
    place = {};
    places.set(key, place);
  }
  return place;
}

function transportOf(options: DynamoModelOptions, tableName: string): Transport {
  const maxSockets = options.client ? socketsOfPlainClient(options.client) : numberOfSockets();
  const find = findService(options, tableName);
  if (readEnvironment().transport === 'lean' && maxSockets !== undefined) return leanTransport(find, maxSockets);
  return lateTransport(async () => {
    const { sdkTransport } = await sdkParts.load();
    return sdkTransport(await clientOf(options));
  });
}

/**
 * Returns how to find the service of a table: from the client of the options, from the environment variables, or by the SDK.
 * @throws TypeError for an endpoint that is no URL
 */
function findService(options: DynamoModelOptions, tableName: string): FindService {
  if (options.client) return serviceOf(options.client, tableName);
  const environment = readEnvironment();
  const region = options.region || environment.region;
  const endpoint = options.endpoint || environment.endpoint;
  if (endpoint !== undefined) new URL(endpoint);
  const client = () => clientOf(options);
  let service: Service | undefined;
  return async () => {
    service ??= environmentService({ environment, region, endpoint, tableName, client });
    return service ?? serviceOf(await client(), tableName)();
  };
}

const clientOf = async (options: DynamoModelOptions): Promise<DynamoDBDocumentClient> =>
  options.client ?? (await sharedClients.load()).sharedClient(options);

/**
 * Resolves if there are credentials to sign requests with. Sends no request to the database.
 * @throws CredentialsProviderError, like the SDK, if there are none
 */
export async function checkCredentials(options: DynamoModelOptions = {}): Promise<void> {
  const { config } = options.client ?? {};
  if (config) await config.credentials();
  else await (await findService(options, connect(options).tableName)()).credentials();
}

let processLogger: Logger | undefined;

/** Returns the process's logger, for models without one of their own. */
export function defaultLogger(): Logger {
  if (!processLogger) {
    const { serviceName, logLevel } = readEnvironment();
    processLogger = new Logger({ serviceName, logLevel });
  }
  return processLogger;
}
