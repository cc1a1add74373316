import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DynamoModelOptions } from '../options.js';
import { leanTransport } from '../transport/lean/lean-transport.js';
import { sdkTransport } from '../transport/sdk-transport.js';
import type { Transport } from '../transport/transport.js';
import { createDynamoClient, socketsOfPlainClient } from './dynamo-client.js';
import { readEnvironment } from './environment.js';
import { RetryBudget } from './retry-budget.js';

/** Access to one table, shared by all models of a process that use it through one client. */
export interface Connection {
  readonly tableName: string;
  readonly transport: Transport;
  readonly retries: RetryBudget;
  /** Whether the table has the marker item: every unique value has a claim. Undefined: not read yet; it is read once per process. */
  hasAllClaims: boolean | undefined;
}

const clients = new Map<string, DynamoDBDocumentClient>();
const connections = new WeakMap<DynamoDBDocumentClient, Map<string, Connection>>();

/** Returns the process's client for a region and endpoint. */
function sharedClient(region: string | undefined, endpoint: string | undefined): DynamoDBDocumentClient {
  const key = `${region} ${endpoint}`;
  let client = clients.get(key);
  if (!client) {
    client = createDynamoClient({ ...(region && { region }), ...(endpoint && { endpoint }) });
    clients.set(key, client);
  }
  return client;
}

/** Returns the client of the options, else the process's. */
function clientOf(options: DynamoModelOptions): DynamoDBDocumentClient {
  return options.client ?? sharedClient(options.region, options.endpoint);
}

/** Returns the client and the table name that models with these options use. */
export const tableOf = (options: DynamoModelOptions): { client: DynamoDBDocumentClient; tableName: string } => ({
  client: clientOf(options),
  tableName: options.tableName ?? readEnvironment().tableName,
});

/** Resolves options and environment. Later calls are cheap: client, retry budget and marker are kept. */
export function connect(options: DynamoModelOptions): Connection {
  const { client, tableName } = tableOf(options);
  const byTable = connections.get(client) ?? new Map<string, Connection>();
  connections.set(client, byTable);
  let connection = byTable.get(tableName);
  if (!connection) {
    const maxSockets = readEnvironment().transport === 'lean' ? socketsOfPlainClient(client) : undefined;
    const transport = maxSockets === undefined ? sdkTransport(client) : leanTransport(client, tableName, maxSockets);
    connection = { tableName, transport, retries: new RetryBudget(), hasAllClaims: undefined };
    byTable.set(tableName, connection);
  }
  return connection;
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
