// aws-lite: a client of its own (no @aws-sdk). Its engines field asks for Node 22; it runs on 20.
import { randomUUID } from 'node:crypto';
import awsLite from '@aws-lite/client';
import * as dynamodb from '@aws-lite/dynamodb';
import { inBatches } from './settings.mjs';

const toUser = (item) => item && { id: item.id, email: item.email, name: item.name, createdAt: item.createdAt };

export async function make({ endpoint, table: TableName }) {
  const aws = await awsLite({
    endpoint,
    region: 'us-east-1',
    accessKeyId: 'fake',
    secretAccessKey: 'fake',
    keepAlive: true,
    autoloadPlugins: false,
    plugins: [dynamodb],
  });
  const db = aws.DynamoDB;

  function newItem({ id = `USER#${randomUUID()}`, email, name, createdAt = new Date().toISOString() }) {
    return { id, email, name, createdAt, pk1: 'USER', sk1: `EMAIL#${email}`, pk2: 'USER', sk2: `CREATED#${createdAt}` };
  }
  const put = (Item) => ({ TableName, Item, ConditionExpression: 'attribute_not_exists(id)' });
  const since = (iso) => ({
    TableName,
    IndexName: 'GSI2',
    KeyConditionExpression: 'pk2 = :p AND sk2 > :s',
    ExpressionAttributeValues: { ':p': 'USER', ':s': `CREATED#${iso}` },
  });
  const set = async (id, attr, value, extra) =>
    toUser(
      (
        await db.UpdateItem({
          TableName,
          Key: { id },
          UpdateExpression: 'SET #a = :v',
          ExpressionAttributeNames: { '#a': attr },
          ExpressionAttributeValues: { ':v': value },
          ReturnValues: 'ALL_NEW',
          ...extra,
        })
      ).Attributes,
    );

  return {
    async createUnique(input) {
      const item = newItem(input);
      await db.TransactWriteItems({
        TransactItems: [{ Put: put(item) }, { Put: put({ id: `EMAIL#${item.email}`, userId: item.id }) }],
      });
      return toUser(item);
    },
    getById: async (id) => toUser((await db.GetItem({ TableName, Key: { id } })).Item),
    async getByEmail(email) {
      const { Items } = await db.Query({
        TableName,
        IndexName: 'GSI1',
        KeyConditionExpression: 'pk1 = :p AND sk1 = :s',
        ExpressionAttributeValues: { ':p': 'USER', ':s': `EMAIL#${email}` },
        Limit: 1,
      });
      return toUser(Items[0]);
    },
    updateName: (id, name) => set(id, 'name', name),
    updateNameSafe: (id, name) => set(id, 'name', name, { ConditionExpression: 'attribute_exists(id)' }),
    remove: (id) => db.DeleteItem({ TableName, Key: { id } }),
    removeMany: (ids) =>
      inBatches(ids, (some) =>
        db.BatchWriteItem({ RequestItems: { [TableName]: some.map((id) => ({ DeleteRequest: { Key: { id } } })) } }),
      ),
    page: (Limit) => db.Query({ ...since(''), Limit }),
    createdAfter: async (iso) => (await db.Query({ ...since(iso), paginate: true })).Items.map(toUser),
  };
}
