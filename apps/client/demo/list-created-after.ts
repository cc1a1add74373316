import type { ApiClient, RouterOutputs } from '../src/index.js';

/** Lists all users created after a given time. */
export async function listCreatedAfter(
  api: ApiClient,
  after: string,
  cursor?: string,
): Promise<RouterOutputs['users']['createdAfter']['items']> {
  const { items, nextCursor } = await api.users.createdAfter.query({ after, limit: 100, cursor });
  return nextCursor === undefined ? items : [...items, ...(await listCreatedAfter(api, after, nextCursor))];
}
