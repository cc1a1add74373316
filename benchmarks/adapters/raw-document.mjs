// Baseline 2: DynamoDBDocumentClient, plain objects, expressions written by hand.
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { clientConfig, inBatches } from './settings.mjs';

const toUser = (item) => item && { id: item.id, email: item.email, name: item.name, createdAt: item.createdAt };

export function make({ endpoint, table: TableName }) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)));

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
  const added = (id) => ({
    TableName,
    Key: { id },
    UpdateExpression: 'ADD #v :one',
    ExpressionAttributeNames: { '#v': 'visits' },
    ExpressionAttributeValues: { ':one': 1 },
  });
  const set = async (id, attr, value, extra) => {
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName,
        Key: { id },
        UpdateExpression: 'SET #a = :v',
        ExpressionAttributeNames: { '#a': attr },
        ExpressionAttributeValues: { ':v': value },
        ReturnValues: 'ALL_NEW',
        ...extra,
      }),
    );
    return toUser(Attributes);
  };

  return {
    async createUnique(input) {
      const item = newItem(input);
      await client.send(
        new TransactWriteCommand({
          TransactItems: [{ Put: put(item) }, { Put: put({ id: `EMAIL#${item.email}`, userId: item.id }) }],
        }),
      );
      return toUser(item);
    },
    async getById(id) {
      return toUser((await client.send(new GetCommand({ TableName, Key: { id } }))).Item);
    },
    async getByEmail(email) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'GSI1',
          KeyConditionExpression: 'pk1 = :p AND sk1 = :s',
          ExpressionAttributeValues: { ':p': 'USER', ':s': `EMAIL#${email}` },
          Limit: 1,
        }),
      );
      return toUser(Items[0]);
    },
    updateName: (id, name) => set(id, 'name', name),
    updateNameSafe: (id, name) => set(id, 'name', name, { ConditionExpression: 'attribute_exists(id)' }),
    async increment(id) {
      const { Attributes } = await client.send(
        new UpdateCommand({ ...added(id), ConditionExpression: 'attribute_exists(id)', ReturnValues: 'ALL_NEW' }),
      );
      return toUser(Attributes);
    },
    async append(id, line) {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName,
          Key: { id },
          UpdateExpression: 'SET #l = list_append(if_not_exists(#l, :none), :l)',
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeNames: { '#l': 'log' },
          ExpressionAttributeValues: { ':l': [line], ':none': [] },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return toUser(Attributes);
    },
    transact: (id, name) =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Update: { ...added(id), ConditionExpression: 'attribute_exists(id)' } },
            { Put: put({ id: `ORDER#${randomUUID()}`, name }) },
          ],
        }),
      ),
    async filter(name, Limit) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'GSI2',
          KeyConditionExpression: 'pk2 = :p',
          FilterExpression: 'contains(#n, :n)',
          ExpressionAttributeNames: { '#n': 'name' },
          ExpressionAttributeValues: { ':p': 'USER', ':n': name },
          Limit,
        }),
      );
      return Items.map(toUser);
    },
    remove: (id) => client.send(new DeleteCommand({ TableName, Key: { id } })),
    removeMany: (ids) =>
      inBatches(ids, (some) => {
        const RequestItems = { [TableName]: some.map((id) => ({ DeleteRequest: { Key: { id } } })) };
        return client.send(new BatchWriteCommand({ RequestItems }));
      }),
    page: (Limit) => client.send(new QueryCommand({ ...since(''), Limit })),
    async createdAfter(iso) {
      const out = [];
      for await (const page of paginateQuery({ client }, since(iso)))
        for (const item of page.Items) out.push(toUser(item));
      return out;
    },
  };
}
