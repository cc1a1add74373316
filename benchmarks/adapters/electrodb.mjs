// ElectroDB v3. Keys are templates over attributes; `casing: 'none'` keeps them as written.
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Entity, Service } from 'electrodb';
import { clientConfig } from './settings.mjs';

const key = (field, composite, template) => ({ field, composite, template, casing: 'none' });

export function make({ endpoint, table }) {
  const client = new DynamoDBClient(clientConfig(endpoint));
  const User = new Entity(
    {
      model: { entity: 'user', version: '1', service: 'app' },
      attributes: {
        id: { type: 'string', required: true, default: () => `USER#${randomUUID()}` },
        email: { type: 'string', required: true },
        name: { type: 'string', required: true },
        createdAt: { type: 'string', required: true, readOnly: true, default: () => new Date().toISOString() },
        visits: { type: 'number' },
        log: { type: 'list', items: { type: 'string' } },
      },
      indexes: {
        primary: { pk: key('id', ['id'], '${id}') },
        byEmail: { index: 'GSI1', pk: key('pk1', [], 'USER'), sk: key('sk1', ['email'], 'EMAIL#${email}') },
        byCreated: { index: 'GSI2', pk: key('pk2', [], 'USER'), sk: key('sk2', ['createdAt'], 'CREATED#${createdAt}') },
      },
    },
    { client, table },
  );
  // The docs' recipe for uniqueness: an item per taken value, written in the same transaction.
  const Email = new Entity(
    {
      model: { entity: 'email', version: '1', service: 'app' },
      attributes: { email: { type: 'string', required: true }, userId: { type: 'string' } },
      indexes: { primary: { pk: key('id', ['email'], 'EMAIL#${email}') } },
    },
    { client, table },
  );
  const Order = new Entity(
    {
      model: { entity: 'order', version: '1', service: 'app' },
      attributes: { id: { type: 'string', required: true }, name: { type: 'string' } },
      indexes: { primary: { pk: key('id', ['id'], '${id}') } },
    },
    { client, table },
  );
  const app = new Service({ user: User, email: Email, order: Order });

  return {
    async createUnique(input) {
      const id = `USER#${randomUUID()}`;
      const { canceled, data } = await app.transaction
        .write(({ user, email }) => [
          user.create({ id, ...input }).commit({ response: 'all_old' }),
          email.create({ email: input.email, userId: id }).commit(),
        ])
        .go();
      if (canceled) throw new Error(`transaction canceled: ${data.map((d) => d.code)}`); // go() itself does not throw
      return { id, ...input };
    },
    getById: async (id) => (await User.get({ id }).go()).data ?? undefined,
    getByEmail: async (email) => (await User.query.byEmail({ email }).go({ limit: 1 })).data[0],
    updateName: async (id, name) => (await User.update({ id }).set({ name }).go({ response: 'all_new' })).data,
    updateNameSafe: async (id, name) => (await User.patch({ id }).set({ name }).go({ response: 'all_new' })).data,
    increment: async (id) => (await User.patch({ id }).add({ visits: 1 }).go({ response: 'all_new' })).data,
    append: async (id, line) =>
      (
        await User.patch({ id })
          .append({ log: [line] })
          .go({ response: 'all_new' })
      ).data,
    async transact(id, name) {
      const { canceled } = await app.transaction
        .write(({ user, order }) => [
          user.patch({ id }).add({ visits: 1 }).commit(),
          order.create({ id: `ORDER#${randomUUID()}`, name }).commit(),
        ])
        .go();
      return !canceled;
    },
    filter: async (name, limit) =>
      (
        await User.query
          .byCreated({})
          .where((of, { contains }) => contains(of.name, name))
          .go({ limit })
      ).data,
    remove: (id) => User.delete({ id }).go(),
    removeMany: (ids) => User.delete(ids.map((id) => ({ id }))).go(),
    page: async (limit) => (await User.query.byCreated({}).go({ limit })).data,
    createdAfter: async (iso) => (await User.query.byCreated({}).gt({ createdAt: iso }).go({ pages: 'all' })).data,
  };
}
