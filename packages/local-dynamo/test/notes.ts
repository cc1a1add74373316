import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

/** Creates a table and writes one item into it with the SDK. */
export async function writeNote(endpoint: string, text: string): Promise<void> {
  const client = connect(endpoint);
  await client.send(
    new CreateTableCommand({
      TableName: 'notes',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  await client.send(new PutItemCommand({ TableName: 'notes', Item: { id: { S: '1' }, text: { S: text } } }));
  client.destroy();
}

/** Reads the item of `writeNote`; undefined if the table does not exist. */
export async function readNote(endpoint: string): Promise<string | undefined> {
  const client = connect(endpoint);
  const { TableNames } = await client.send(new ListTablesCommand({}));
  if (!TableNames?.includes('notes')) return undefined;
  const { Item } = await client.send(new GetItemCommand({ TableName: 'notes', Key: { id: { S: '1' } } }));
  client.destroy();
  return Item?.text?.S;
}

function connect(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}
