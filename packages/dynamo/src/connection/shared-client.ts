import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DynamoModelOptions } from '../options.js';
import { createDynamoClient } from './dynamo-client.js';
import { readEnvironment } from './environment.js';

const clients = new Map<string, DynamoDBDocumentClient>();

/** Returns the process's client for a region and endpoint. */
export function sharedClient({ region, endpoint }: DynamoModelOptions): DynamoDBDocumentClient {
  const key = `${region} ${endpoint}`;
  let client = clients.get(key);
  if (!client) {
    client = createDynamoClient({ ...(region && { region }), ...(endpoint && { endpoint }) });
    clients.set(key, client);
  }
  return client;
}

/**
 * Returns a client and the table name for the table that models with these options use. Loads the AWS SDK; models without a client load it only
 * if they need it.
 */
export const tableOf = (options: DynamoModelOptions): { client: DynamoDBDocumentClient; tableName: string } => ({
  client: options.client ?? sharedClient(options),
  tableName: options.tableName ?? readEnvironment().tableName,
});
