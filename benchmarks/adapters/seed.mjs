// The design that this project began from, request by request, written by hand. An address is looked up in the index,
// then put; a change is an upsert that leaves index keys as they were; a delete looks at nothing; what is listed is scanned.
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { clientConfig, inBatches } from './settings.mjs';

export function make({ endpoint, table: TableName }) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)));
  const query = async (IndexName, KeyConditionExpression, values) => {
    const ExpressionAttributeValues = { ':pk': 'USER', ...values };
    return (
      await client.send(new QueryCommand({ TableName, IndexName, KeyConditionExpression, ExpressionAttributeValues }))
    ).Items;
  };
  const getByEmail = async (email) => (await query('GSI1', 'pk1 = :pk AND sk1 = :sk', { ':sk': `EMAIL#${email}` }))[0];
  const scan = async () => (await client.send(new ScanCommand({ TableName }))).Items;

  async function change(id, changes) {
    const names = Object.keys(changes);
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName,
        Key: { id },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, changes[name]])),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  }
  const now = () => new Date().toISOString();

  return {
    async createUnique({ email, name }) {
      if (await getByEmail(email)) throw new Error(`User with email ${email} already exists`);
      const createdAt = now();
      const Item = { id: `USER#${randomUUID()}`, email, name, createdAt, updatedAt: createdAt };
      Object.assign(Item, { pk1: 'USER', sk1: `EMAIL#${email}`, pk2: 'USER', sk2: `CREATED#${createdAt}` });
      await client.send(new PutCommand({ TableName, Item }));
      return Item;
    },
    getById: async (id) => (await client.send(new GetCommand({ TableName, Key: { id } }))).Item,
    getByEmail,
    updateName: (id, name) => change(id, { name, updatedAt: now() }),
    async changeEmail(id, email) {
      if (await getByEmail(email)) throw new Error(`User with email ${email} already exists`);
      return change(id, { email, updatedAt: now() });
    },
    remove: (id) => client.send(new DeleteCommand({ TableName, Key: { id } })),
    removeMany: (ids) =>
      inBatches(ids, (some) => {
        const RequestItems = { [TableName]: some.map((id) => ({ DeleteRequest: { Key: { id } } })) };
        return client.send(new BatchWriteCommand({ RequestItems }));
      }),
    page: scan, // it has no pages: all users, of the first 1 MB
    count: async () => (await scan()).length,
    createdAfter: (iso) => query('GSI2', 'pk2 = :pk AND sk2 > :sk', { ':sk': `CREATED#${iso}` }),
  };
}
