import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { readEnvironment } from './environment.js';

const maxSockets = 128;
const connectionTimeoutMs = 1000;

/**
 * A document client as the models use it: one attempt a request (the model repeats), 128 kept-alive sockets, region and endpoint from the
 * environment where not given. For an endpoint on this machine without credentials in the environment it signs with dummies.
 *
 * @param options any setting of the SDK's client; it comes before ours
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
  if (isPlain) plainClients.set(documentClient, middlewareOf(documentClient));
  return documentClient;
}

/** Settings that say where and as whom, and nothing of how a request is made, sent or watched. */
const plainSettings = new Set(['region', 'endpoint', 'credentials', 'profile', 'maxAttempts', 'retryMode']);
const plainClients = new WeakMap<DynamoDBDocumentClient, string>();
const middlewareOf = (client: DynamoDBDocumentClient) => client.middlewareStack.identify().join();

/** True for a client of ours on which nobody has changed how requests are made and sent: no request handler, no middleware. */
export const isPlainClient = (client: DynamoDBDocumentClient): boolean =>
  plainClients.get(client) === middlewareOf(client);

const isLoopback = (endpoint: string) => /^(localhost|127\..*|\[::1\])$/.test(new URL(endpoint).hostname);
