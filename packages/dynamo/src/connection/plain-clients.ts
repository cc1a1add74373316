import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const plainClients = new WeakMap<DynamoDBDocumentClient, { middleware: string; maxSockets: number }>();
const middlewareOf = (client: DynamoDBDocumentClient) => client.middlewareStack.identify().join();

/** Notes a client whose requests are made and sent by the SDK's own rules. */
export const notePlainClient = (client: DynamoDBDocumentClient, maxSockets: number): void => {
  plainClients.set(client, { middleware: middlewareOf(client), maxSockets });
};

/**
 * Returns the most sockets of a client that `createDynamoClient` made, if its requests are still made and sent as then: no request handler, no
 * middleware. Undefined for any other client.
 */
export function socketsOfPlainClient(client: DynamoDBDocumentClient): number | undefined {
  const plain = plainClients.get(client);
  return plain?.middleware === middlewareOf(client) ? plain.maxSockets : undefined;
}
