// Dynamoose v4. It has no derived attributes, so the index keys are computed by hand on create.
import { randomUUID } from 'node:crypto';
import dynamoose from 'dynamoose';
import { clientConfig, inBatches } from './settings.mjs';

const toUser = (u) => u && { id: u.id, email: u.email, name: u.name, createdAt: u.createdAt };

export function make({ endpoint, table }) {
  const instance = new dynamoose.Instance();
  instance.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB(clientConfig(endpoint)));

  const schema = new dynamoose.Schema({
    id: { type: String, hashKey: true, default: () => `USER#${randomUUID()}` },
    email: { type: String, required: true },
    name: { type: String, required: true },
    createdAt: { type: String, required: true },
    pk1: { type: String, default: 'USER', index: { name: 'GSI1', type: 'global', rangeKey: 'sk1' } },
    sk1: String,
    pk2: { type: String, default: 'USER', index: { name: 'GSI2', type: 'global', rangeKey: 'sk2' } },
    sk2: String,
  });
  const User = dynamoose.model('User', schema);
  const Email = dynamoose.model('Email', new dynamoose.Schema({ id: { type: String, hashKey: true }, userId: String }));
  new instance.Table(table, [User, Email], { create: false, waitForActive: false });

  function newItem({ createdAt = new Date().toISOString(), ...rest }) {
    return { ...rest, createdAt, sk1: `EMAIL#${rest.email}`, sk2: `CREATED#${createdAt}` };
  }
  const since = (iso) => User.query('pk2').eq('USER').where('sk2').gt(`CREATED#${iso}`).using('GSI2');
  const exists = new dynamoose.Condition().where('id').exists();

  return {
    async createUnique(input) {
      const item = newItem({ id: `USER#${randomUUID()}`, ...input });
      await dynamoose.transaction([
        User.transaction.create(item),
        Email.transaction.create({ id: `EMAIL#${item.email}`, userId: item.id }),
      ]);
      return toUser(item);
    },
    getById: async (id) => toUser(await User.get(id)),
    getByEmail: async (email) =>
      toUser((await User.query('pk1').eq('USER').where('sk1').eq(`EMAIL#${email}`).using('GSI1').limit(1).exec())[0]),
    updateName: async (id, name) => toUser(await User.update({ id }, { name })),
    updateNameSafe: async (id, name) => toUser(await User.update({ id }, { name }, { condition: exists })),
    remove: (id) => User.delete(id),
    removeMany: (ids) => inBatches(ids, (some) => User.batchDelete(some)),
    page: async (limit) => Array.from(await since('').limit(limit).exec(), toUser),
    createdAfter: async (iso) => Array.from(await since(iso).all().exec(), toUser),
  };
}
