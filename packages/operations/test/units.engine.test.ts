import { buildApp } from '@aws-starter-kit/api/app';
import type { AppRouter } from '@aws-starter-kit/client';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { createTRPCClient, httpBatchLink, httpLink } from '@trpc/client';
import { expect, it } from 'vitest';
import { capturedLogger } from '../../../apps/api/test/captured-logger.js';
import { capturedTrail } from '../../../apps/api/test/captured-trail.js';
import { adminToken, authenticate } from '../../../apps/api/test/local-tokens.js';
import { freshTable } from '../../../test/fresh-table.js';
import { measuredUnits } from '../src/units.js';
import { CountingHandler } from './counting-handler.js';

let serial = 0;
const someone = () => ({ email: `units-${++serial}@example.com`, name: 'Somebody With A Name' });

it('the units of each procedure are those in units.json, with a key for each mutation, as clients send it', async ({
  task,
}) => {
  const handler = new CountingHandler();
  const { client, tableName } = await freshTable({ requestHandler: handler });
  const app = buildApp({
    logger: capturedLogger().logger,
    audit: capturedTrail().audit,
    authenticate,
    table: { client, tableName },
  });
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/trpc`;
  const headers = () => ({ authorization: `Bearer ${adminToken}`, 'idempotency-key': crypto.randomUUID() });
  const { users } = createTRPCClient<AppRouter>({ links: [httpLink({ url, headers })] });
  const batching = createTRPCClient<AppRouter>({
    links: [httpBatchLink({ url, headers: { authorization: `Bearer ${adminToken}` } })],
  });
  const create = async () => (await users.create.mutate(someone())).id;
  const service = new UserService({ model: new UserModel({ client, tableName }) });
  const ids = (await service.createUsers(Array.from({ length: 100 }, someone))).success.map(({ id }) => id);
  const [first = '', second = '', third = ''] = ids;

  const measured: Record<string, { read: number; write: number }> = {};
  const measure = async (name: string, call: () => Promise<unknown>, calls = 1) => {
    handler.read = 0;
    handler.write = 0;
    await call();
    measured[name] = { read: handler.read / calls, write: handler.write / calls };
  };
  await measure('users.getById', () => users.getById.query({ id: first }));
  await measure(
    'users.getById:batched',
    () => Promise.all(ids.slice(0, 20).map((id) => batching.users.getById.query({ id }))),
    20,
  );
  await measure('users.getByEmail', () => users.getByEmail.query({ email: 'units-1@example.com' }));
  await measure('users.list', () => users.list.query({ limit: 20 }));
  await measure('users.createdAfter', () => users.createdAfter.query({ after: '2020-01-01', limit: 20 }));
  await measure('users.count', () => users.count.query());
  await measure('users.create', create);
  await measure('users.update', () => users.update.mutate({ id: second, data: { name: 'Another Name' } }));
  await measure('users.update:email', () => users.update.mutate({ id: third, data: { email: someone().email } }));
  const deleted = await create();
  await measure('users.delete', () => users.delete.mutate({ id: deleted }));
  await app.close();
  client.destroy();
  // DynamoDB Local counts the index entries of a transaction differently, so its writes are not compared
  const isCompared = ([, { write }]: [string, { write: number }]) =>
    task.file.projectName === 'dynoxide' || write === 0;
  const compared = (units: Readonly<Record<string, { read: number; write: number }>>) =>
    Object.fromEntries(Object.entries(units).filter(isCompared));
  expect(compared(measured)).toEqual(compared(measuredUnits()));
  expect(Object.keys(measured)).toEqual(Object.keys(measuredUnits()));
});
