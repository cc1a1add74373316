// Our service by the environment of its process: table, endpoint, log level, transport.
import { DynamoModel, generateUUID, transact } from '@aws-starter-kit/dynamo';
import { UserService } from '@aws-starter-kit/users';

/** The same users, with a counter and a log. */
class MemberModel extends DynamoModel {
  getEntityName() {
    return 'User';
  }
  generateId() {
    return generateUUID();
  }
  setGSIKeys(entity, now) {
    Object.assign(entity, { pk1: 'USER', sk1: `EMAIL#${entity.email}`, pk2: 'USER', sk2: `CREATED#${now}` });
  }
  indexedAttributes() {
    return ['email'];
  }
  counters() {
    return ['visits'];
  }
}

class OrderModel extends DynamoModel {
  getEntityName() {
    return 'Order';
  }
  generateId() {
    return generateUUID();
  }
  setGSIKeys() {}
}

export async function make() {
  const service = new UserService();
  const members = new MemberModel();
  const orders = new OrderModel();
  return {
    createUnique: (input) => service.createUser(input),
    getById: (id) => service.getUserById(id),
    getByEmail: (email) => service.getUserByEmail(email),
    updateNameSafe: (id, name) => service.updateUser(id, { name }),
    changeEmail: (id, email) => service.updateUser(id, { email }),
    remove: (id) => service.deleteUser(id),
    removeMany: (ids) => service.batchDeleteUsers(ids),
    page: (limit) => service.listUsers({ limit }),
    count: () => service.countUsers(),
    increment: (id) => members.update(id, {}, { increment: { visits: 1 } }),
    append: (id, line) => members.update(id, {}, { append: { log: [line] } }),
    transact: (id, name) =>
      transact([members.updating(id, {}, { increment: { visits: 1 }, returns: 'none' }), orders.creating({ name })]),
    filter: async (name, limit) =>
      (await members.query({ index: 'GSI2', pk: 'USER', filter: { name: { contains: name } }, limit })).items,
    createdAfter: (iso) => service.getUsersCreatedAfter(iso),
  };
}
