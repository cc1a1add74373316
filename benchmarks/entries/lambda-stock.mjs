// tRPC's own adapter for Lambda and DynamoDBDocumentClient, each with its default settings: no tokens, limits, log or audit.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { awsLambdaRequestHandler } from '@trpc/server/adapters/aws-lambda';
import { router } from '../api/trpc-router.mjs';
import { claimItem, newItem, toUser } from '../api/user.mjs';

const TableName = process.env.DYNAMODB_TABLE;
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

export const handler = awsLambdaRequestHandler({ router, createContext: () => ({ users }) });
