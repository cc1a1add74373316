// As stock, with cacheMiddleware (which DynamoDBDocumentClient refuses), 128 sockets, and a DataLoader a request behind getById.
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import DataLoader from 'dataloader';
import { fastify } from 'fastify';
import { router } from './trpc-router.mjs';
import { claimItem, newItem, toUser } from './user.mjs';

export async function make({ table: TableName }) {
  const client = new DynamoDBClient({ cacheMiddleware: true, requestHandler: { httpAgent: { maxSockets: 128 } } });
  const put = (item) => ({
    Put: { TableName, Item: marshall(item), ConditionExpression: 'attribute_not_exists(id)' },
  });
  const keyOf = (id) => ({ id: { S: id } });

  async function load(ids) {
    if (ids.length === 1) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(ids[0]), ConsistentRead: true }));
      return [Item && toUser(unmarshall(Item))];
    }
    const found = new Map();
    let RequestItems = { [TableName]: { Keys: ids.map(keyOf), ConsistentRead: true } };
    while (RequestItems[TableName]) {
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems }));
      for (const item of Responses[TableName]) found.set(item.id.S, toUser(unmarshall(item)));
      RequestItems = UnprocessedKeys ?? {};
    }
    return ids.map((id) => found.get(id));
  }
  async function create(input) {
    const item = newItem(input);
    await client.send(new TransactWriteItemsCommand({ TransactItems: [put(item), put(claimItem(item))] }));
    return toUser(item);
  }
  function createContext() {
    const loader = new DataLoader(load, { maxBatchSize: 100 });
    return { users: { get: (id) => loader.load(id), create } };
  }
  const app = fastify({ routerOptions: { maxParamLength: 5000 } });
  app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: { router, createContext } });
  return { app, style: 'trpc', cases: ['ping', 'getById', 'batch', 'create'] };
}
