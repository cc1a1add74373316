import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDynamoClient, isPlainClient } from './dynamo-client.js';
import { readEnvironment } from './environment.js';
import { leanTransport } from './lean-transport/lean-transport.js';
import type { DynamoModelOptions } from './options.js';
import { RetryBudget } from './retry-budget.js';
import { sdkTransport, type Transport } from './transport.js';

/** A model's way to its table, which all models of one process share. */
export interface Connection {
  readonly tableName: string;
  readonly transport: Transport;
  readonly retries: RetryBudget;
  /** Whether the table's mark says that each unique value has its claim; undefined: not read yet. Read once a process. */
  hasAllClaims: boolean | undefined;
}

const clients = new Map<string, DynamoDBDocumentClient>();
const connections = new WeakMap<DynamoDBDocumentClient, Map<string, Connection>>();

/** The process's client for a region and endpoint. */
function sharedClient(region: string | undefined, endpoint: string | undefined): DynamoDBDocumentClient {
  const key = `${region} ${endpoint}`;
  let client = clients.get(key);
  if (!client) {
    client = createDynamoClient({ ...(region && { region }), ...(endpoint && { endpoint }) });
    clients.set(key, client);
  }
  return client;
}

/** The client of the options, else the process's. */
export function clientOf(options: DynamoModelOptions): DynamoDBDocumentClient {
  return options.client ?? sharedClient(options.region, options.endpoint);
}

/** Resolves options and environment. Costs nothing when repeated: client, retry budget and mark are found again. */
export function connect(options: DynamoModelOptions): Connection {
  const client = clientOf(options);
  const tableName = options.tableName ?? readEnvironment().tableName;
  const byTable = connections.get(client) ?? new Map<string, Connection>();
  connections.set(client, byTable);
  let connection = byTable.get(tableName);
  if (!connection) {
    const isLean = readEnvironment().transport === 'lean' && isPlainClient(client);
    const transport = isLean ? leanTransport(client, tableName) : sdkTransport(client);
    connection = { tableName, transport, retries: new RetryBudget(), hasAllClaims: undefined };
    byTable.set(tableName, connection);
  }
  return connection;
}

let processLogger: Logger | undefined;

/** The process's logger, for models that are given none. */
export function defaultLogger(): Logger {
  if (!processLogger) {
    const { serviceName, logLevel } = readEnvironment();
    processLogger = new Logger({ serviceName, logLevel });
  }
  return processLogger;
}
