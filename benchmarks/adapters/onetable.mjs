// dynamodb-onetable v2. Keys are value templates; `unique: true` is its own uniqueness feature.
// `default` may not be a function in 2.x (its source text would be stored!): `generate` may.
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Table } from 'dynamodb-onetable';
import { Dynamo } from 'dynamodb-onetable/Dynamo';
import { clientConfig, inBatches } from './settings.mjs';

const user = (unique) => ({
  id: { type: String, required: true, generate: () => `USER#${randomUUID()}` },
  email: { type: String, required: true, unique },
  name: { type: String, required: true },
  createdAt: { type: String, required: true, generate: () => new Date().toISOString() },
  pk1: { type: String, value: 'USER' },
  sk1: { type: String, value: 'EMAIL#${email}' },
  pk2: { type: String, value: 'USER' },
  sk2: { type: String, value: 'CREATED#${createdAt}' },
});

export function make({ endpoint, table: name }) {
  const table = new Table({
    client: new Dynamo({ client: new DynamoDBClient(clientConfig(endpoint)) }),
    name,
    partial: true,
    schema: {
      format: 'onetable:1.1.0',
      version: '0.0.1',
      indexes: {
        primary: { hash: 'id' },
        GSI1: { hash: 'pk1', sort: 'sk1', project: 'all' },
        GSI2: { hash: 'pk2', sort: 'sk2', project: 'all' },
      },
      models: { User: user(false), UniqueUser: user(true) },
    },
  });
  const User = table.getModel('User');
  const UniqueUser = table.getModel('UniqueUser');
  const toUser = (u) => u && { id: u.id, email: u.email, name: u.name, createdAt: u.createdAt };

  return {
    createUnique: async (input) => toUser(await UniqueUser.create(input)),
    getById: async (id) => toUser(await User.get({ id })),
    getByEmail: async (email) => toUser(await User.get({ email }, { index: 'GSI1', follow: false })),
    updateName: async (id, name) => toUser(await User.update({ id, name })),
    remove: (id) => UniqueUser.remove({ id }),
    removeMany: (ids) =>
      inBatches(ids, async (some) => {
        const batch = {};
        for (const id of some) await User.remove({ id }, { batch }); // it refuses unique models here: claims stay
        await table.batchWrite(batch);
      }),
    page: (limit) => User.find({ sk2: { '>': 'CREATED#' } }, { index: 'GSI2', limit }),
    createdAfter: (iso) => User.find({ sk2: { '>': `CREATED#${iso}` } }, { index: 'GSI2' }),
  };
}
