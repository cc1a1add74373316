// DynamoDB-Toolbox v2. Index keys are attributes linked to others (putLink/updateLink).
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Entity } from 'dynamodb-toolbox/entity';
import { BatchDeleteRequest } from 'dynamodb-toolbox/entity/actions/batchDelete';
import { DeleteItemCommand } from 'dynamodb-toolbox/entity/actions/delete';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutTransaction } from 'dynamodb-toolbox/entity/actions/transactPut';
import { execute as transact } from 'dynamodb-toolbox/entity/actions/transactWrite';
import { UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { item } from 'dynamodb-toolbox/schema/item';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { BatchWriteCommand, execute as batchWrite } from 'dynamodb-toolbox/table/actions/batchWrite';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { clientConfig, inBatches } from './settings.mjs';

const S = (name) => ({ name, type: 'string' });
const toUser = (u) => u && { id: u.id, email: u.email, name: u.name, createdAt: u.createdAt };

export function make({ endpoint, table: name }) {
  const MyTable = new Table({
    documentClient: DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint))),
    name,
    partitionKey: S('id'),
    indexes: {
      GSI1: { type: 'global', partitionKey: S('pk1'), sortKey: S('sk1') },
      GSI2: { type: 'global', partitionKey: S('pk2'), sortKey: S('sk2') },
    },
  });
  const User = new Entity({
    name: 'User',
    table: MyTable,
    timestamps: false,
    schema: item({
      id: string()
        .key()
        .default(() => `USER#${randomUUID()}`),
      email: string(),
      name: string(),
      createdAt: string().putDefault(() => new Date().toISOString()),
      pk1: string().hidden().putDefault('USER'),
      pk2: string().hidden().putDefault('USER'),
    }).and((_prev) => ({
      sk1: string()
        .hidden()
        .optional()
        .putLink(({ email }) => `EMAIL#${email}`)
        .updateLink(({ email }) => email && `EMAIL#${email}`),
      sk2: string()
        .hidden()
        .optional()
        .putLink(({ createdAt }) => `CREATED#${createdAt}`),
    })),
  });
  const Email = new Entity({
    name: 'Email',
    table: MyTable,
    timestamps: false,
    schema: item({ id: string().key(), userId: string() }),
  });

  const absent = { condition: { attr: 'id', exists: false } };
  const set = (values, options) =>
    User.build(UpdateItemCommand)
      .item(values)
      .options({ returnValues: 'ALL_NEW', ...options })
      .send()
      .then((r) => toUser(r.Attributes));
  const since = (iso, options) =>
    MyTable.build(QueryCommand)
      .entities(User)
      .query({ index: 'GSI2', partition: 'USER', range: { gt: `CREATED#${iso}` } })
      .options(options)
      .send()
      .then((r) => r.Items);

  return {
    async createUnique(input) {
      const id = `USER#${randomUUID()}`;
      const user = User.build(PutTransaction)
        .item({ id, ...input })
        .options(absent);
      const email = Email.build(PutTransaction)
        .item({ id: `EMAIL#${input.email}`, userId: id })
        .options(absent);
      const { ToolboxItems } = await transact(user, email);
      return toUser(ToolboxItems[0]);
    },
    getById: async (id) => toUser((await User.build(GetItemCommand).key({ id }).send()).Item),
    async getByEmail(email) {
      const { Items } = await MyTable.build(QueryCommand)
        .entities(User)
        .query({ index: 'GSI1', partition: 'USER', range: { eq: `EMAIL#${email}` } })
        .options({ limit: 1 })
        .send();
      return toUser(Items[0]);
    },
    updateName: (id, name) => set({ id, name }),
    updateNameSafe: (id, name) => set({ id, name }, { condition: { attr: 'id', exists: true } }),
    remove: (id) => User.build(DeleteItemCommand).key({ id }).send(),
    removeMany: (ids) =>
      inBatches(ids, (some) => {
        const requests = some.map((id) => User.build(BatchDeleteRequest).key({ id }));
        return batchWrite(MyTable.build(BatchWriteCommand).requests(...requests));
      }),
    async filter(name, limit) {
      const { Items } = await MyTable.build(QueryCommand)
        .entities(User)
        .query({ index: 'GSI2', partition: 'USER' })
        .options({ limit, filters: { User: { attr: 'name', contains: name } } })
        .send();
      return Items;
    },
    page: (limit) => since('', { limit }),
    createdAfter: (iso) => since(iso, { maxPages: Infinity }),
  };
}
