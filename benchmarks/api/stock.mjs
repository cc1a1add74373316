// tRPC on Fastify and DynamoDBDocumentClient, each with its default settings.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import { fastify } from 'fastify';
import { router } from './trpc-router.mjs';
import { claimItem, newItem, toUser } from './user.mjs';

export async function make({ table: TableName }) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const put = (Item) => ({ Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(id)' } });
  const users = {
    async get(id) {
      const { Item } = await client.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
      return Item && toUser(Item);
    },
    async create(input) {
      const item = newItem(input);
      await client.send(new TransactWriteCommand({ TransactItems: [put(item), put(claimItem(item))] }));
      return toUser(item);
    },
  };
  const app = fastify({ routerOptions: { maxParamLength: 5000 } }); // as tRPC's guide says
  app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: { router, createContext: () => ({ users }) } });
  return { app, style: 'trpc', cases: ['ping', 'getById', 'batch', 'create'] };
}
