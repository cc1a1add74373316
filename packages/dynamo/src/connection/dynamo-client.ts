import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { isLoopback, numberOfSockets, readEnvironment } from './environment.js';
import { notePlainClient } from './plain-clients.js';

const connectionTimeoutMs = 1000;

/** Settings of a client: those of the SDK, and the number of its sockets. */
export interface DynamoClientOptions extends DynamoDBClientConfig {
  /**
   * The most sockets to the database, from 1 to 1,000. Each has one request in flight, so they bound the requests per second: at 20 ms an answer,
   * 128 sockets carry 6,400. No effect with a `requestHandler`, which has its own sockets.
   * @default DYNAMODB_MAX_SOCKETS, else 128
   */
  maxSockets?: number | undefined;
}

/**
 * Creates a document client as the models use it: one attempt per request (the model retries), kept-alive sockets, region and endpoint from the
 * environment unless given. For an endpoint on this machine without credentials in the environment it signs with dummies.
 *
 * @param given settings of the SDK's client, which take precedence over these defaults
 * @throws TypeError for `maxSockets` out of its range, or a variable that holds an invalid value
 */
export function createDynamoClient(given: DynamoClientOptions = {}): DynamoDBDocumentClient {
  const { maxSockets: givenSockets, ...options } = given;
  const maxSockets = numberOfSockets(givenSockets);
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
  if (isPlain) notePlainClient(documentClient, maxSockets);
  return documentClient;
}

/** Settings of endpoint and credentials: none of them changes how a request is made, sent or observed. */
const plainSettings = new Set(['region', 'endpoint', 'credentials', 'profile', 'maxAttempts', 'retryMode']);
