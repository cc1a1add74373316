import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const connectionTimeoutMs = 5_000;
/** Without this timeout, the SDK would wait for an answer forever. */
const requestTimeoutMs = 20_000;

/**
 * Creates a streams client with the region, credentials and endpoint of a table client. A local engine has one endpoint
 * for both.
 */
export function streamsClientFor(
  { config }: DynamoDBDocumentClient,
  requestTimeout = requestTimeoutMs,
): DynamoDBStreamsClient {
  const { region, credentials, endpoint } = config;
  return new DynamoDBStreamsClient({
    region,
    credentials,
    ...(endpoint && { endpoint }),
    maxAttempts: 2, // one retry, for a wrong clock, which the SDK corrects; the follower retries everything else itself
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout,
      throwOnRequestTimeout: true,
    },
  });
}
