import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const plainClients = new WeakMap<DynamoDBDocumentClient, { middleware: string; maxSockets: number }>();
const middlewareOf = (client: DynamoDBDocumentClient) => client.middlewareStack.identify().join();

/** Remembers a client without a request handler or middleware of its own. The lean transport can send its requests. */
export const notePlainClient = (client: DynamoDBDocumentClient, maxSockets: number): void => {
  plainClients.set(client, { middleware: middlewareOf(client), maxSockets });
};

/**
 * Returns the most sockets of a plain client of `createDynamoClient`. Returns undefined for any other client, and for one that has got middleware
 * since.
 */
export function socketsOfPlainClient(client: DynamoDBDocumentClient): number | undefined {
  const plain = plainClients.get(client);
  return plain?.middleware === middlewareOf(client) ? plain.maxSockets : undefined;
}
