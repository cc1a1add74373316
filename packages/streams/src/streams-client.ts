import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Creates a client for the streams of a client's tables: with its region, credentials and endpoint, since a local engine has one for both. */
export function streamsClientFor({ config }: DynamoDBDocumentClient): DynamoDBStreamsClient {
  const { region, credentials, endpoint } = config;
  return new DynamoDBStreamsClient({ region, credentials, maxAttempts: 1, ...(endpoint && { endpoint }) });
}
