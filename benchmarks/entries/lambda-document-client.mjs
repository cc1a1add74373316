// The same by hand, for comparison: no keys, no types, no deadline, the SDK's retries.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = async ({ id }) => {
  const Key = { id: `USER#${id}` };
  const command = new GetCommand({ TableName: process.env.DYNAMODB_TABLE, Key, ConsistentRead: true });
  return (await client.send(command)).Item ?? null;
};
