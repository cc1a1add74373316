import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const plainClients = new WeakMap<DynamoDBDocumentClient, string>();
const middlewareOf = (client: DynamoDBDocumentClient) => client.middlewareStack.identify().join();

/** Notes a client whose requests are made and sent by the SDK's own rules. */
export const notePlainClient = (client: DynamoDBDocumentClient): void => {
  plainClients.set(client, middlewareOf(client));
};

/** Whether `createDynamoClient` made the client, and its requests are still made and sent as then: no request handler, no middleware. */
export const isPlainClient = (client: DynamoDBDocumentClient): boolean =>
  plainClients.get(client) === middlewareOf(client);
