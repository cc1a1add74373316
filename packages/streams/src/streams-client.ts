import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const connectionTimeoutMs = 5_000;
/** By default, the SDK waits for an answer for ever. */
const requestTimeoutMs = 20_000;

/** Creates a client for the streams of a client's tables: with its region, credentials and endpoint, since a local engine has one for both. */
export function streamsClientFor(
  { config }: DynamoDBDocumentClient,
  requestTimeout = requestTimeoutMs,
): DynamoDBStreamsClient {
  const { region, credentials, endpoint } = config;
  return new DynamoDBStreamsClient({
    region,
    credentials,
    ...(endpoint && { endpoint }),
    maxAttempts: 2, // the second one is for a wrong clock, which the SDK corrects; the follower repeats all other requests itself
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout,
      throwOnRequestTimeout: true,
    },
  });
}
