// What must and what must not compile against the API's types: client-types.test.ts compares the errors with the comments.
import {
  type ApiClient,
  type ApiError,
  createApiClient,
  isApiError,
  type RouterOutputs,
} from '@aws-starter-kit/client';

const api: ApiClient = createApiClient({ url: 'http://127.0.0.1:3000', token: () => 'secret' });

export async function right(): Promise<RouterOutputs['users']['getById']> {
  const ada = await api.users.create.mutate({ email: 'ada@example.com', name: 'Ada Lovelace' });
  const { items, nextCursor } = await api.users.list.query({ limit: 2, order: 'desc' });
  const second = await api.users.list.query({ cursor: nextCursor });
  const later = await api.users.createdAfter.query({ after: '2024-01-01' });
  const { count }: { count: number } = await api.users.count.query();
  const { deleted }: { deleted: true } = await api.users.delete.mutate({ id: ada.id, expectedVersion: ada.version });
  const { success, failed } = await api.users.batchDelete.mutate({
    ids: [...items, ...later.items].map(({ id }) => id),
  });
  const codes: string[] = failed.map(({ code }) => code);
  await api.users.getByEmail.query({ email: ada.email });
  const renamed = await api.users.update.mutate({
    id: ada.id,
    data: { name: `${count} ${deleted} ${success} ${codes}` },
  });
  const updatedAt: string | undefined = renamed.updatedAt;
  return second.items[0] ?? { ...ada, ...(updatedAt && { updatedAt }) };
}

export function rightReason(error: unknown): string | undefined {
  if (!isApiError(error)) throw error;
  const { data }: ApiError = error;
  return data?.reason === 'EMAIL_TAKEN' ? data.field : data?.fieldErrors?.email?.[0];
}

export async function wrongInput(): Promise<void> {
  await api.users.create.mutate({ email: 'ada@example.com' }); // TS2741
  await api.users.create.mutate({ email: 'ada@example.com', name: 'Ada', admin: true }); // TS2353
  await api.users.create.mutate({ email: 7, name: 'Ada' }); // TS2322
  await api.users.getById.query('an id'); // TS2345
  await api.users.getById.query(); // TS2554
  await api.users.list.query({ order: 'newest' }); // TS2322
  await api.users.update.mutate({ id: '1', data: { version: 2 } }); // TS2353
  await api.users.update.mutate({ id: '1', data: { name: 'Ada' }, expectedVersion: '1' }); // TS2322
  await api.users.batchDelete.mutate({ ids: '1' }); // TS2322
  await api.users.count.query({ all: true }); // TS2345
}

export async function wrongOutput(): Promise<void> {
  const user = await api.users.getById.query({ id: '1' });
  user.fullName; // TS2339
  user.pk1; // TS2339
  user.updatedAt.length; // TS18048
  user.version.length; // TS2339
  const { users } = await api.users.list.query({}); // TS2339
  const { cursor } = await api.users.list.query({}); // TS2339
  const count: string = (await api.users.count.query()).count; // TS2322
  user.createdAt.getTime(); // TS2339
  return void [users, cursor, count];
}

export async function wrongProcedure(): Promise<void> {
  await api.users.remove.mutate({ id: '1' }); // TS2339
  await api.user.getById.query({ id: '1' }); // TS2551
  await api.users.create.query({ email: 'ada@example.com', name: 'Ada' }); // TS2339
  await api.users.getById.mutate({ id: '1' }); // TS2339
}

export function wrongReason(error: ApiError): boolean {
  return error.data?.reason === 'EMAIL_TOOK'; // TS2367
}
