import type { RouterOutputs } from '@aws-starter-kit/api';
import type { createApiClient } from '@aws-starter-kit/client';
import type { User, UserModel, UserService } from '@aws-starter-kit/users';

/** The commands of the contract, as each of the three ways in takes them. What is not there is null or false in all of them. */
export interface Driver {
  create(email: string, name: string): Promise<User>;
  getById(id: string): Promise<User | null>;
  getByEmail(email: string): Promise<User | null>;
  update(id: string, changes: { email?: string; name?: string }, expectedVersion?: number): Promise<User | null>;
  delete(id: string, expectedVersion?: number): Promise<boolean>;
  batchDelete(ids: string[]): Promise<string[]>;
  page(limit: number, order: 'asc' | 'desc', cursor?: string): Promise<{ items: User[]; cursor?: string | undefined }>;
  count(): Promise<number>;
}

const partition = 'USER';

export const byModel = (model: UserModel): Driver => ({
  create: (email, name) => model.create({ email, name }),
  getById: (id) => model.getById(id, { consistent: true }),
  getByEmail: (email) => model.getByEmail(email),
  update: (id, changes, expectedVersion) => model.update(id, changes, { expectedVersion }),
  delete: (id, expectedVersion) => model.delete(id, { expectedVersion }),
  batchDelete: async (ids) => (await model.batchDelete(ids)).success,
  page: (limit, order, cursor) => model.query({ index: 'GSI2', pk: partition, limit, order, cursor }),
  count: () => model.count({ index: 'GSI2', pk: partition }),
});

export const byService = (service: UserService): Driver => ({
  create: (email, name) => service.createUser({ email, name }),
  getById: (id) => service.getUserById(id),
  getByEmail: (email) => service.getUserByEmail(email),
  update: (id, changes, expectedVersion) => service.updateUser(id, changes, { expectedVersion }),
  delete: (id, expectedVersion) => service.deleteUser(id, { expectedVersion }),
  batchDelete: async (ids) => (await service.batchDeleteUsers(ids)).success,
  page: (limit, order, cursor) => service.listUsers({ limit, order, cursor }),
  count: () => service.countUsers(),
});

export const byClient = ({ users }: ReturnType<typeof createApiClient>): Driver => ({
  create: (email, name) => users.create.mutate({ email, name }),
  getById: (id) => orNull(users.getById.query({ id })),
  getByEmail: (email) => orNull(users.getByEmail.query({ email })),
  update: (id, data, expectedVersion) => orNull(users.update.mutate({ id, data, expectedVersion })),
  delete: async (id, expectedVersion) => (await orNull(users.delete.mutate({ id, expectedVersion }))) !== null,
  batchDelete: async (ids) => (await users.batchDelete.mutate({ ids })).success,
  page: async (limit, order, cursor) => {
    const page: RouterOutputs['users']['list'] = await users.list.query({ limit, order, cursor });
    return { items: page.items, cursor: page.nextCursor };
  },
  count: async () => (await users.count.query()).count,
});

async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw error;
  }
}

interface Failure {
  code?: string;
  data?: { code?: string; reason?: string };
}

/** One name for a failure, whichever way it came: `EMAIL_TAKEN`, `VERSION_CONFLICT`, `NOT_FOUND` … */
export function codeOf(error: unknown): string | undefined {
  const { code, data } = error as Failure;
  const name = data?.reason ?? data?.code ?? code;
  return name === 'UNIQUE_CONSTRAINT' ? 'EMAIL_TAKEN' : name;
}
