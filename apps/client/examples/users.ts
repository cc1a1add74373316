import { createApiClient, isApiError } from '@aws-starter-kit/client';

const { API_URL = 'http://127.0.0.1:3000', API_TOKEN } = process.env;
const api = createApiClient({ url: API_URL, token: API_TOKEN });

const created = await api.users.create.mutate({ email: `ada-${Date.now()}@example.com`, name: 'Ada Lovelace' });
console.log('created', created);

const { items } = await api.users.list.query({ order: 'desc', limit: 10 });
console.log('listed', items.length);

const data = { name: 'Ada King' };
await api.users.update.mutate({ id: created.id, data, expectedVersion: created.version });
try {
  await api.users.update.mutate({ id: created.id, data, expectedVersion: created.version });
} catch (error) {
  if (!isApiError(error)) throw error;
  console.log('rejected, because the user has a new version:', error.data?.reason);
}

console.log('deleted', await api.users.delete.mutate({ id: created.id }));
