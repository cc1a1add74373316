import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, it } from 'vitest';
import { type OlderTable, olderTable, olderUser } from '../../../test/older-table.js';
import { EmailTakenError, UserModel, UserService } from '../src/index.js';

const serviceOf = (table: OlderTable) => new UserService({ model: new UserModel(table) });
const claimId = (email: string) => `UNIQUE#USER#email#${email}`;
const isTaken = (call: Promise<unknown>) => expect(call).rejects.toBeInstanceOf(EmailTakenError);

describe.concurrent('a user from before there were claims and versions', () => {
  it('is read by id, list and email, as stored and with version 0', async () => {
    const ada = olderUser('ada@example.com');
    const bob = olderUser('Bob@Example.com', { updatedAt: '2024-04-01T00:00:00.000Z' });
    const table = await olderTable([ada, bob]);
    const service = serviceOf(table);
    const id = ada.id.slice('USER#'.length);
    const expected = { id, email: 'ada@example.com', name: 'Older', createdAt: ada.createdAt, version: 0 };
    expect(await service.getUserById(id)).toEqual(expected);
    expect(await service.getUserByEmail('Ada@Example.com')).toEqual(expected);
    expect(await service.getUserByEmail('Ada@Example.com', { consistent: true })).toEqual(expected);
    expect(await service.getUserByEmail('Bob@Example.com')).toMatchObject({ email: 'Bob@Example.com', version: 0 });
    expect(await service.getUserByEmail('Bob@Example.com', { consistent: true })).toMatchObject({ version: 0 });
    expect((await service.listUsers()).items).toHaveLength(2);
    expect(await service.getAllUsers()).toHaveLength(2);
    expect(await service.countUsers()).toBe(2);
    expect(await service.getUsersCreatedAfter('2024-01-01')).toHaveLength(2);
  });

  it('is listed even with an invalid email', async () => {
    const odd = ['root@localhost', 'not an email', 'ä@ö.de', 'a"b@x', 'x '.repeat(40)].map((email) => olderUser(email));
    const table = await olderTable(odd);
    const service = serviceOf(table);
    expect((await service.listUsers()).items).toHaveLength(odd.length);
    for (const { id, email } of odd) {
      expect(await service.updateUser(id, { name: 'Renamed' })).toMatchObject({ email, name: 'Renamed', version: 1 });
      expect(await service.deleteUser(id)).toBe(true);
    }
    expect(await table.all()).toEqual([]);
  });

  it('keeps its email taken, as typed and as normalised', async () => {
    const table = await olderTable([olderUser('ada@example.com'), olderUser('Bob@Example.com')]);
    const service = serviceOf(table);
    await isTaken(service.createUser({ email: 'ada@example.com', name: 'Second' }));
    await isTaken(service.createUser({ email: ' ADA@example.com', name: 'Second' }));
    await isTaken(service.createUser({ email: 'Bob@Example.com', name: 'Second' }));
    const { success, failed } = await service.createUsers([
      { email: 'Ada@Example.com', name: 'Second' },
      { email: 'Bob@Example.com', name: 'Second' },
      { email: 'eve@example.com', name: 'First' },
    ]);
    expect(success.map(({ email }) => email)).toEqual(['eve@example.com']);
    expect(failed.map(({ index, error }) => [index, error.name])).toEqual([
      [0, 'EmailTakenError'],
      [1, 'EmailTakenError'],
    ]);
    const eve = success[0]?.id as string;
    await isTaken(service.updateUser(eve, { email: 'Ada@example.com' }));
    await isTaken(service.updateUser(eve, { email: 'Bob@Example.com' }));
    expect(await service.getUserById(eve)).toMatchObject({ email: 'eve@example.com', version: 1 });
  });

  it('releases its email at once, even if a lagging index still shows its former owner', async () => {
    const ada = olderUser('ada@example.com');
    const lagging = faultyHandler({ rules: [{ fault: 'stale-index', skip: 1 }] });
    const service = serviceOf(await olderTable([ada], { requestHandler: lagging }));
    expect(await service.getUserByEmail('ada@example.com')).toMatchObject({ version: 0 }); // the index keeps answering this
    await service.updateUser(ada.id, { email: 'moved@example.com' });
    expect(await service.getUserByEmail('ada@example.com')).toMatchObject({ version: 0 });
    expect(await service.createUser({ email: 'ada@example.com', name: 'Heir' })).toMatchObject({ version: 1 });
  });

  it('keeps its email when its name changes', async () => {
    const bob = olderUser('Bob@Example.com');
    const table = await olderTable([bob]);
    const service = serviceOf(table);
    const renamed = await service.updateUser(bob.id, { name: 'Robert' });
    expect(renamed).toMatchObject({ name: 'Robert', email: 'Bob@Example.com', version: 1 });
    const stored = await table.read(bob.id);
    expect(stored).toMatchObject({ ...bob, name: 'Robert', version: 1 });
    await expect(service.updateUser(bob.id, { name: 'Bo' }, { expectedVersion: 0 })).rejects.toMatchObject({
      name: 'VersionConflictError',
    });
  });

  it('can be expected to have version 0', async () => {
    const [ada, bob] = [olderUser('ada@example.com'), olderUser('bob@example.com')];
    const service = serviceOf(await olderTable([ada, bob]));
    expect(await service.updateUser(ada.id, { name: 'Ada' }, { expectedVersion: 0 })).toMatchObject({ version: 1 });
    await expect(service.deleteUser(bob.id, { expectedVersion: 1 })).rejects.toMatchObject({ actualVersion: 0 });
    expect(await service.deleteUser(bob.id, { expectedVersion: 0 })).toBe(true);
  });

  it('gets its claim and its index keys at its next change of email', async () => {
    const bob = olderUser('Bob@Example.com', { pk2: 'USER', sk2: undefined, sk1: 'EMAIL#stale@example.com' });
    const table = await olderTable([bob]);
    const service = serviceOf(table);
    const moved = await service.updateUser(bob.id, { email: 'Robert@Example.com' });
    expect(moved).toMatchObject({ email: 'robert@example.com', version: 1 });
    expect(await table.read(claimId('robert@example.com'))).toEqual({
      id: claimId('robert@example.com'),
      ownerId: bob.id,
    });
    expect(await table.read(bob.id)).toMatchObject({
      pk1: 'USER',
      sk1: 'EMAIL#robert@example.com',
      pk2: 'USER',
      sk2: `CREATED#${bob.createdAt}`,
    });
    expect(await service.createUser({ email: 'Bob@Example.com', name: 'Heir' })).toMatchObject({ version: 1 });
    await isTaken(service.createUser({ email: 'robert@example.com', name: 'Second' }));
  });

  it('gets no index key from a missing creation time', async () => {
    const timeless = olderUser('t@example.com', { createdAt: undefined, pk2: undefined, sk2: undefined });
    const table = await olderTable([timeless]);
    await serviceOf(table).updateUser(timeless.id, { email: 'u@example.com' });
    const stored = await table.read(timeless.id);
    expect(stored).toMatchObject({ sk1: 'EMAIL#u@example.com' });
    expect([stored?.pk2, stored?.sk2]).toEqual([undefined, undefined]);
  });

  it('is deleted, alone and in batches, without a change of claims of others', async () => {
    const users = ['ada@example.com', 'Bob@Example.com', 'odd'].map((email) => olderUser(email));
    const [doubledOlder, doubledNewer] = [olderUser('twin@example.com'), olderUser('Twin@example.com')];
    const claim = { id: claimId('twin@example.com'), ownerId: doubledNewer.id };
    const table = await olderTable([...users, doubledOlder, doubledNewer, claim]);
    const service = serviceOf(table);
    expect(await service.deleteUser(doubledOlder.id)).toBe(true);
    expect(await table.read(claim.id)).toEqual(claim);
    const { success, failed } = await service.batchDeleteUsers(users.map(({ id }) => id));
    expect([success.length, failed.length]).toEqual([3, 0]);
    expect(await table.all()).toHaveLength(2);
    await service.createUser({ email: 'ada@example.com', name: 'Heir' });
  });

  it('can share its email with another one until one of them changes it', async () => {
    const [a, b] = [olderUser('twin@example.com'), olderUser('Twin@example.com')];
    const table = await olderTable([a, b]);
    const service = serviceOf(table);
    expect(await service.updateUser(a.id, { email: 'single@example.com' })).toMatchObject({ version: 1 });
    expect(await service.getUserByEmail('Twin@example.com', { consistent: true })).toMatchObject({ version: 0 });
    await isTaken(service.createUser({ email: 'Twin@example.com', name: 'Third' }));
  });
});

describe.concurrent('the look-up of legacy owners', () => {
  const counted = async (isMarked: boolean) => {
    const requests = faultyHandler({ rules: [] });
    const table = await olderTable([], { requestHandler: requests });
    if (isMarked) await table.mark();
    const service = serviceOf(table);
    const first = await service.createUser({ email: 'first@example.com', name: 'First' });
    const before = { ...requests.counts };
    const since = () =>
      Object.fromEntries(
        Object.entries(requests.counts)
          .map(([operation, count]) => [operation, count - (before[operation] ?? 0)] as const)
          .filter(([, count]) => count > 0),
      );
    return { service, first, since };
  };

  it('reads the index in a table without the marker, which is read once', async () => {
    const { service, first, since } = await counted(false);
    await service.createUser({ email: 'plain@example.com', name: 'Plain' });
    expect(since()).toEqual({ Query: 1, TransactWriteItems: 1 });
    await service.updateUser(first.id, { email: 'moved@example.com' });
    expect(since()).toEqual({ Query: 2, GetItem: 1, TransactWriteItems: 2 });
    await service.updateUser(first.id, { name: 'Plain' });
    expect(since()).toEqual({ Query: 2, GetItem: 1, TransactWriteItems: 2, UpdateItem: 1 });
  });

  it('reads nothing in a table with the marker', async () => {
    const { service, first, since } = await counted(true);
    await service.createUser({ email: 'plain@example.com', name: 'Plain' });
    expect(since()).toEqual({ TransactWriteItems: 1 });
    await service.updateUser(first.id, { email: 'moved@example.com' });
    expect(since()).toEqual({ GetItem: 1, TransactWriteItems: 2 });
    await service.getUserByEmail('nobody@example.com', { consistent: true });
    expect(since()).toEqual({ GetItem: 2, TransactWriteItems: 2 });
  });
});
