import { readFileSync } from 'node:fs';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from '../src/trpc/router.js';
import { type RunningApi, runningApi } from './running-api.js';

const at = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/**
 * Rows of the table in the documents: procedure, requests by operation, units; units of the earlier design and of
 * peers.
 */
const [, section = ''] = at('../docs/reference.md').split('## Capacity units of a call');
const [table = ''] = section.split('\n## ');
const rows = table
  .split('\n')
  .map((line) => line.replaceAll('`', '').split(/\s*\|\s*/))
  .filter((cells) => cells.length === 7 && cells[1]?.startsWith('users.'))
  .map(([, call = '', requests = '', units = '', before = '', peers = '']) => ({
    call,
    requests,
    units,
    before,
    peers,
  }));

let api: RunningApi;
let keyed: RunningApi['client'];
let ids: string[];
let count = 0;
const user = () => ({ email: `cost-${++count}@example.com`, name: 'Somebody With A Name' });
const create = async () => (await api.client.users.create.mutate(user())).id;
const createMany = async (length: number) => {
  const { documentClient: client, tableName } = api;
  const users = new UserService({ model: new UserModel({ client, tableName }) });
  return (await users.createUsers(Array.from({ length }, user))).success.map(({ id }) => id);
};

beforeAll(async () => {
  api = await runningApi();
  const headers = () => ({ authorization: `Bearer ${api.token}`, 'idempotency-key': crypto.randomUUID() });
  keyed = createTRPCClient({ links: [httpLink({ url: `${api.url}/trpc`, headers })] });
  ids = await createMany(100);
});
afterAll(() => api.stop());

/** The setup of each row, which returns the call itself. */
const calls: Record<string, () => Promise<() => Promise<unknown>>> = {
  'users.list': async () => () => api.client.users.list.query(),
  'users.createdAfter': async () => () => api.client.users.createdAfter.query({ after: '2020-01-01', limit: 100 }),
  'users.getById': async () => () => api.client.users.getById.query({ id: ids[0] ?? '' }),
  'users.getById, 20 in one request': async () => () =>
    Promise.all(ids.slice(0, 20).map((id) => api.batching.users.getById.query({ id }))),
  'users.getByEmail': async () => () => api.client.users.getByEmail.query({ email: 'cost-1@example.com' }),
  'users.create': async () => create,
  'users.update, name': async () => () =>
    api.client.users.update.mutate({ id: ids[1] ?? '', data: { name: 'Another Name Than Before' } }),
  'users.create, with a key': async () => () => keyed.users.create.mutate(user()),
  'users.update, name, with a key': async () => () =>
    keyed.users.update.mutate({ id: ids[3] ?? '', data: { name: 'Another Name Than Before' } }),
  'users.update, email': async () => () =>
    api.client.users.update.mutate({ id: ids[2] ?? '', data: { email: user().email } }),
  'users.delete': async () => {
    const id = await create();
    return () => api.client.users.delete.mutate({ id });
  },
  'users.delete, with a key': async () => {
    const id = await create();
    return () => keyed.users.delete.mutate({ id });
  },
  'users.batchDelete, 50': async () => {
    const some = await createMany(50);
    return () => api.client.users.batchDelete.mutate({ ids: some });
  },
  'users.count': async () => () => api.client.users.count.query(),
};

interface Counted {
  name: string;
  procedure: string;
  units: number;
}
const { rows: counted }: { rows: Counted[] } = JSON.parse(at('../../../benchmarks/results/cost.json'));
const unitsOf = (call: string, isWanted: (name: string) => boolean) => {
  const units = counted.filter(({ procedure, name }) => procedure === call && isWanted(name)).map((one) => one.units);
  if (units.length === 0) return '–';
  return [...new Set([Math.min(...units), Math.max(...units)])].join('–');
};
const before = 'look-up, then put';

describe('the table of costs', () => {
  it('has a row for each call that is counted here, and for each procedure', () => {
    expect(rows.map(({ call }) => call)).toEqual(Object.keys(calls));
    const procedures = new Set(rows.map(({ call }) => call.split(',')[0]));
    // a fork may have others
    const ofUsers = Object.keys(appRouter._def.procedures).filter(
      (name) => name.startsWith('users.') && name !== 'users.changes', // a subscription sends no request
    );
    expect([...procedures].sort()).toEqual(ofUsers.sort());
  });

  it.for(rows)('has the requests and units of $call', async ({ call, requests, units }, { task }) => {
    const run = await calls[call]?.();
    const sentBefore = { ...api.database.counts };
    api.lines.length = 0;
    await run?.();
    const sent = Object.entries(api.database.counts).map(([name, n]) => [name, n - (sentBefore[name] ?? 0)] as const);
    const spelled = sent.filter(([, n]) => n > 0).map(([name, n]) => (n === 1 ? name : `${n} ${name}`));
    expect(spelled.sort().join(', ')).toBe(requests);
    const lines = api.lines.filter(({ message }) => message === call.split(',')[0]);
    const consumed = lines.reduce((sum, { capacityUnits }) => sum + Number(capacityUnits), 0);
    // DynamoDB Local reports 2 units for a transaction of 100 actions, so its transactions are not compared
    const isCounted = task.file.projectName === 'dynoxide' || !requests.includes('Transact');
    if (isCounted) expect(String(consumed)).toBe(units);
  });

  it.for(rows)('has the counted units of other libraries for $call', (row) => {
    const ours = unitsOf(row.call, (name) => name === 'ours');
    if (ours !== '–') expect(ours).toBe(row.units);
    expect(row.before).toBe(unitsOf(row.call, (name) => name === before));
    expect(row.peers).toBe(unitsOf(row.call, (name) => name !== 'ours' && name !== before));
  });
});
