// Our service by the environment of its process: table, endpoint, log level, transport.
import { UserService } from '@aws-starter-kit/users';

export async function make() {
  const service = new UserService();
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
    createdAfter: (iso) => service.getUsersCreatedAfter(iso),
  };
}
