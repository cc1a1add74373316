import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, it } from 'vitest';
import { type OlderTable, olderTable, olderUser } from '../../../test/older-table.js';
import { examineTable } from '../src/index.js';

type Handle = NodeHttpHandler['handle'];

/** Runs the doctor; just before its first write of the operation somebody else is faster. */
async function examineWhile(table: OlderTable, operation: string, somebodyElse: () => Promise<unknown>, left = 0) {
  const inner = new NodeHttpHandler();
  let isFirst = true;
  const handle: Handle = async (request, options) => {
    if (isFirst && request.headers['x-amz-target']?.endsWith(operation)) {
      isFirst = false;
      await somebodyElse();
    }
    return inner.handle(request, options);
  };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const { endpoint, region, tableName } = table;
  const client = createDynamoClient({
    endpoint,
    region,
    credentials,
    requestHandler: Object.assign(Object.create(inner), { handle }),
  });
  const report = await examineTable({ client, tableName, rate: 100_000, segments: 1, fix: true, mark: false });
  expect(isFirst, `the doctor sent no ${operation}`).toBe(false);
  expect(await examineTable({ client, tableName, rate: 100_000 })).toMatchObject({ left });
  return report;
}

const claimId = (email: unknown) => `UNIQUE#USER#email#${email}`;
const idsOf = async (table: OlderTable) => (await table.all()).map(({ id }) => id);
const serviceOf = (table: OlderTable) => new UserService({ model: new UserModel(table) });

describe('a repair', () => {
  it('puts no claim on an address that its owner has just given up', async () => {
    const ada = olderUser('ada@example.com');
    const table = await olderTable([ada]);
    await examineWhile(table, 'TransactWriteItems', () =>
      serviceOf(table).updateUser(ada.id, { email: 'moved@example.com' }),
    );
    expect(await idsOf(table)).toEqual([claimId('moved@example.com'), ada.id]);
  });

  it('puts no claim for an entity that has just been deleted', async () => {
    const ada = olderUser('ada@example.com');
    const table = await olderTable([ada]);
    await examineWhile(table, 'TransactWriteItems', () => serviceOf(table).deleteUser(ada.id));
    expect(await idsOf(table)).toEqual([]);
  });

  it('does not take a claim that somebody has just taken, and reports both', async () => {
    const ada = olderUser('Ada@Example.com'); // not found under another spelling while it has no claim
    const table = await olderTable([ada]);
    let ownerId = '';
    const somebodyElse = async () => {
      const { id } = await serviceOf(table).createUser({ email: 'ada@example.com', name: 'Second' });
      ownerId = `USER#${id}`;
    };
    const { kept } = await examineWhile(table, 'TransactWriteItems', somebodyElse, 1);
    expect(kept).toMatchObject([
      { kind: 'doubled value', ids: [ada.id, ownerId], what: `email: ${ownerId} has the claim` },
    ]);
    expect(await table.read(claimId('ada@example.com'))).toMatchObject({ ownerId });
  });

  it('deletes no claim whose owner has just come back to the address', async () => {
    const ada = olderUser('ada@example.com');
    const table = await olderTable([
      ada,
      { id: claimId('ada@example.com'), ownerId: ada.id },
      { id: claimId('former@example.com'), ownerId: ada.id },
    ]);
    await examineWhile(table, 'TransactWriteItems', () =>
      serviceOf(table).updateUser(ada.id, { email: 'former@example.com' }),
    );
    expect(await idsOf(table)).toEqual([claimId('former@example.com'), ada.id]);
  });

  it('writes no index key over that of a change that came first', async () => {
    const ada = olderUser('ada@example.com', { sk1: undefined });
    const table = await olderTable([ada]);
    await examineWhile(table, 'UpdateItem', () => serviceOf(table).updateUser(ada.id, { email: 'moved@example.com' }));
    expect(await table.read(ada.id)).toMatchObject({ sk1: 'EMAIL#moved@example.com', version: 1 });
  });

  it('writes no index key over a change by a system without versions', async () => {
    const ada = olderUser('ada@example.com', { sk1: 'EMAIL#stale@example.com' });
    const table = await olderTable([ada]);
    const changed = { ...ada, email: 'moved@example.com' };
    await examineWhile(table, 'UpdateItem', () => table.write(changed));
    expect(await table.read(ada.id)).toEqual({ ...changed, sk1: 'EMAIL#moved@example.com', version: 1 });
  });

  it('makes a change fail over to the item as it is then, that had read the stale key before', async () => {
    const ada = olderUser('ada@example.com', { sk1: 'EMAIL#next@example.com' });
    const table = await olderTable([ada]);
    const stored = await examineWhile(table, 'UpdateItem', async () => {});
    expect(stored.findings['wrong keys']).toEqual({ repaired: 1, left: 0 });
    const service = serviceOf(table);
    const stale = service.updateUser(ada.id, { email: 'next@example.com' }, { expectedVersion: 0 });
    await expect(stale).rejects.toMatchObject({ name: 'VersionConflictError', actualVersion: 1 });
    await service.updateUser(ada.id, { email: 'next@example.com' });
    expect(await table.read(ada.id)).toMatchObject({ sk1: 'EMAIL#next@example.com', version: 2 });
  });
});
