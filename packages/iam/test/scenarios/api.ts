import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { type ApiClient, createApiClient } from '@aws-starter-kit/client';
import { live } from '@aws-starter-kit/client/live';
import { expect, vi } from 'vitest';
import { type ApiProcess, startApi } from '../../../../apps/api/test/api-process.js';
import type { EnforcedEngine } from '../enforcement/enforced-engine.js';
import { rateLimitTable } from '../permission-class.js';

const sources = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', 'apps/api/src/main.ts'];

const rateLimitDefinition = {
  TableName: rateLimitTable,
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' as const }],
};

/** Starts the API in production, on a table with a stream, with rate limits in a table, and the role `api`. */
export async function startProductionApi(engine: EnforcedEngine, tableName: string): Promise<ApiProcess> {
  const limits = { RATE_LIMIT_TABLE: rateLimitTable, RATE_LIMIT_PER_MINUTE: '1000000' };
  const settings = { DYNAMODB_TABLE: tableName, DYNAMODB_STREAM: 'on', ...limits };
  await engine.client().send(new CreateTableCommand(rateLimitDefinition));
  return startApi({ ...engine.env('api'), ...settings }, sources);
}

export interface ApiScenario {
  readonly client: ApiClient;
  /** Sends no idempotency keys, and each call once. */
  readonly plain: ApiClient;
  readonly url: string;
}

export function scenarioOf({ url, headers }: ApiProcess): ApiScenario {
  const token = headers.authorization.replace('Bearer ', '');
  return {
    url,
    client: createApiClient({ url, token, live }),
    plain: createApiClient({ url, token, retries: false }),
  };
}

/** `expect.poll` works in tests only, and this runs before them. */
const within = { timeout: 60_000, interval: 20 };

let count = 0;
const newUser = () => ({ email: `user-${++count}@example.com`, name: 'Ada' });

/** A step for each procedure of `appRouter`, by its path. A test compares them with the router. */
export const procedures: Readonly<Record<string, (api: ApiScenario) => Promise<unknown>>> = {
  'users.create': async ({ client, plain }) => {
    const user = await client.users.create.mutate(newUser());
    await plain.users.create.mutate(newUser());
    await expect(plain.users.create.mutate({ ...newUser(), email: user.email })).rejects.toThrow();
  },
  'users.update': async ({ client, plain }) => {
    for (const api of [client, plain]) {
      const { id, version } = await api.users.create.mutate(newUser());
      await api.users.update.mutate({ id, data: { name: 'Grace' } });
      await api.users.update.mutate({ id, data: { email: newUser().email }, expectedVersion: version + 1 });
      await expect(api.users.update.mutate({ id, data: { name: 'x' }, expectedVersion: 1 })).rejects.toThrow();
      await expect(api.users.update.mutate({ id: 'unknown', data: { name: 'x' } })).rejects.toThrow();
    }
  },
  'users.delete': async ({ client, plain }) => {
    for (const api of [client, plain]) {
      const { id } = await api.users.create.mutate(newUser());
      await api.users.delete.mutate({ id });
      await expect(api.users.delete.mutate({ id })).rejects.toThrow();
    }
  },
  'users.batchDelete': async ({ client }) => {
    const users = await Promise.all([1, 2, 3].map(() => client.users.create.mutate(newUser())));
    await client.users.batchDelete.mutate({ ids: [...users.map(({ id }) => id), 'unknown'] });
  },
  'users.getById': async ({ client }) => {
    const { id } = await client.users.create.mutate(newUser());
    await client.users.getById.query({ id });
    // calls of one request share a BatchGetItem
    await Promise.allSettled([id, 'unknown', 'other'].map((id) => client.users.getById.query({ id })));
  },
  'users.getByEmail': async ({ client }) => {
    const { email } = await client.users.create.mutate(newUser());
    await client.users.getByEmail.query({ email });
    await expect(client.users.getByEmail.query({ email: 'nobody@example.com' })).rejects.toThrow();
  },
  'users.list': async ({ client }) => {
    const { nextCursor: cursor } = await client.users.list.query({ limit: 1 });
    await client.users.list.query({ limit: 1, ...(cursor && { cursor }) });
  },
  'users.createdAfter': ({ client }) => client.users.createdAfter.query({ after: '2024-01-01' }),
  'users.count': ({ client }) => client.users.count.query(),
  'users.changes': async ({ client }) => {
    const types: string[] = [];
    const subscription = client.users.changes.subscribe(undefined, { onData: ({ data }) => types.push(data.type) });
    await vi.waitFor(() => expect(types).toContain('reset'), within);
    await client.users.create.mutate(newUser());
    await vi.waitFor(() => expect(types).toContain('created'), within);
    subscription.unsubscribe();
  },
};

/** Calls every procedure but the subscription under faults, and ignores how the calls end. */
export async function callUnderFaults(api: ApiScenario, rounds: number): Promise<void> {
  const names = Object.keys(procedures).filter((name) => name !== 'users.changes');
  for (let round = 0; round < rounds; round++) {
    await Promise.allSettled(names.map((name) => procedures[name]?.(api)));
  }
}
