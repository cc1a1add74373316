import { createApiClient, isApiError } from '@aws-starter-kit/client';

const { API_URL = 'http://127.0.0.1:3000', API_TOKEN } = process.env;
const api = createApiClient({ url: API_URL, token: API_TOKEN });

const made = await api.users.create.mutate({ email: `ada-${Date.now()}@example.com`, name: 'Ada Lovelace' });
console.log('made', made);

const { items } = await api.users.list.query({ order: 'desc', limit: 10 });
console.log('listed', items.length);

const data = { name: 'Ada King' };
await api.users.update.mutate({ id: made.id, data, expectedVersion: made.version });
try {
  await api.users.update.mutate({ id: made.id, data, expectedVersion: made.version });
} catch (error) {
  if (!isApiError(error)) throw error;
  console.log('refused, since the user has another version now:', error.data?.reason);
}

console.log('deleted', await api.users.delete.mutate({ id: made.id }));
