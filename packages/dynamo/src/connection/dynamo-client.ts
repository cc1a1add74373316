import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { isLoopback, readEnvironment } from './environment.js';
import { notePlainClient } from './plain-clients.js';

const maxSockets = 128;
const connectionTimeoutMs = 1000;

/**
 * Creates a document client as the models use it: one attempt per request (the model retries), 128 kept-alive sockets, region and endpoint
 * from the environment unless given. For an endpoint on this machine without credentials in the environment it signs with dummies.
 *
 * @param options any settings of the SDK's client; they take precedence over these defaults
 */
export function createDynamoClient(options: DynamoDBClientConfig = {}): DynamoDBDocumentClient {
  const environment = readEnvironment();
  const endpoint = options.endpoint ?? environment.endpoint;
  const isLocal = typeof endpoint === 'string' && isLoopback(endpoint) && !environment.hasCredentials;
  const agent = { keepAlive: true, maxSockets };
  const client = new DynamoDBClient({
    region: environment.region,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectionTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    }),
    ...(isLocal && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
    ...options,
    ...(endpoint !== undefined && { endpoint }),
  });
  const documentClient = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const isPlain = Object.keys(options).every((name) => plainSettings.has(name));
  if (isPlain) notePlainClient(documentClient);
  return documentClient;
}

/** Settings of endpoint and credentials: none of them changes how a request is made, sent or observed. */
const plainSettings = new Set(['region', 'endpoint', 'credentials', 'profile', 'maxAttempts', 'retryMode']);
