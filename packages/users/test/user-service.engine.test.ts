import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { EmailTakenError, InvalidInputError, UserModel, UserService } from '../src/index.js';

let service: UserService;
let model: UserModel;
beforeAll(async () => {
  model = new UserModel(await freshTable());
  service = new UserService({ model });
});

let count = 0;
const newUser = () => ({ email: `user-${++count}@example.com`, name: `User ${count}` });

describe('UserService', () => {
  it('creates a user and finds it by id, with or without prefix, and by email', async () => {
    const user = await service.createUser({ email: '  Ada@Example.com ', name: 'Ada' });
    expect(user).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: 'ada@example.com',
      name: 'Ada',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      version: 1,
    });
    expect(await service.getUserById(user.id)).toEqual(user);
    expect(await service.getUserById(`USER#${user.id}`)).toEqual(user);
    expect(await service.getUserByEmail('ADA@example.com')).toEqual(user);
    expect(await service.getUserByEmail('ADA@example.com', { consistent: true })).toEqual(user);
  });

  it('rejects an email that is already taken, however it is spelled', async () => {
    await service.createUser({ email: 'duplicate@example.com', name: 'First' });
    const second = service.createUser({ email: 'Duplicate@Example.com', name: 'Second' });
    await expect(second).rejects.toThrow(/^User with email duplicate@example.com already exists$/);
    await expect(second).rejects.toBeInstanceOf(EmailTakenError);
  });

  it('lets one of fifty concurrent creates of an email succeed', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        service.createUser({ email: 'race@example.com', name: `Racer ${i}` }, { deadlineMs: 60_000 }),
      ),
    );
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(EmailTakenError);
  });

  it('moves an email with its claim and its index key', async () => {
    const user = await service.createUser(newUser());
    const moved = await service.updateUser(user.id, { email: 'Moved@example.com' });
    expect(moved).toEqual({ ...user, email: 'moved@example.com', version: 2, updatedAt: expect.any(String) });
    expect(await service.getUserById(user.id)).toEqual(moved);
    expect(await service.getUserByEmail(user.email)).toBeNull();
    expect(await service.getUserByEmail('moved@example.com')).toEqual(moved);
    expect(await service.createUser({ email: user.email, name: 'Heir' })).toMatchObject({ email: user.email });
  });

  it('leaves exactly one email taken after ten concurrent changes of one user', async () => {
    const user = await service.createUser(newUser());
    const emails = Array.from({ length: 10 }, (_, i) => `racing-${i}@example.com`);
    const patient = { deadlineMs: 60_000 }; // all want the same items, and the machine may be busy
    await Promise.all(emails.map((email) => service.updateUser(user.id, { email }, patient)));
    const winner = await service.getUserById(user.id);
    expect(winner?.version).toBe(11);
    for (const email of [...emails, user.email]) {
      const create = service.createUser({ email, name: 'Next' });
      if (email === winner?.email) await expect(create).rejects.toBeInstanceOf(EmailTakenError);
      else await expect(create).resolves.toMatchObject({ email });
    }
  });

  it('returns null or false for an unknown user, and creates nothing', async () => {
    expect(await service.getUserById('nobody')).toBeNull();
    expect(await service.updateUser('nobody', { name: 'Ghost' })).toBeNull();
    expect(await service.updateUser('nobody', { email: 'ghost@example.com' }, { expectedVersion: 3 })).toBeNull();
    expect(await service.deleteUser('nobody', { expectedVersion: 3 })).toBe(false);
    expect(await service.getUserByEmail('ghost@example.com', { consistent: true })).toBeNull();
    expect(await service.getUserByEmail('\ud800@example.com')).toBeNull();
    expect(await service.getUserById('nobody')).toBeNull();
  });

  it('checks expected versions', async () => {
    const user = await service.createUser(newUser());
    await service.updateUser(user.id, { name: 'Two' }, { expectedVersion: 1 });
    const conflict = { name: 'VersionConflictError', expectedVersion: 1, actualVersion: 2 };
    await expect(service.updateUser(user.id, { name: 'Three' }, { expectedVersion: 1 })).rejects.toMatchObject(
      conflict,
    );
    await expect(service.updateUser(user.id, { email: 'x@example.com' }, { expectedVersion: 1 })).rejects.toMatchObject(
      conflict,
    );
    await expect(service.updateUser(user.id, {}, { expectedVersion: 1 })).rejects.toMatchObject(conflict);
    await expect(service.deleteUser(user.id, { expectedVersion: 1 })).rejects.toMatchObject(conflict);
    expect(await service.deleteUser(user.id, { expectedVersion: 2 })).toBe(true);
    expect(await service.deleteUser(user.id)).toBe(false);
    await service.createUser({ email: user.email, name: 'The email is free again' });
  });

  it('creates and deletes many users, with each failure under its index or id', async () => {
    const list = [
      newUser(),
      { email: 'not an email', name: 'Bad' },
      newUser(),
      { ...newUser(), email: 'duplicate@example.com' },
    ];
    const twice = { email: 'twice@example.com', name: 'Twice' };
    const { success, failed } = await service.createUsers([...list, twice, twice]);
    expect(success).toHaveLength(3);
    expect(failed.map(({ index }) => index)).toEqual([1, 3, 5]);
    expect(failed.map(({ error }) => error.name)).toEqual(['InvalidInputError', 'EmailTakenError', 'EmailTakenError']);
    const ids = success.map(({ id }) => id);
    const result = await service.batchDeleteUsers([...ids, ...ids, 'nobody', `USER#${ids[0]}`]);
    expect(result.failed).toEqual([]);
    expect(new Set(result.success)).toEqual(new Set([...ids, 'nobody']));
    expect(await service.getUsersByIds([...ids, ...ids])).toEqual([null, null, null, null, null, null]);
    await service.createUser(twice);
  });

  it('finds no user by an email that no user can have', async () => {
    for (const email of ['', ' ', 'nobody', `${'x'.repeat(3000)}@example.com`, 'a#b', 'EMAIL#x@y.z']) {
      expect(await service.getUserByEmail(email)).toBeNull();
      expect(await service.getUserByEmail(email, { consistent: true })).toBeNull();
    }
  });

  it('reads by id with strong consistency', async () => {
    const table = await freshTable();
    const reads: unknown[] = [];
    table.client.middlewareStack.add(
      (next) => (args) => {
        reads.push(args.input);
        return next(args);
      },
      { step: 'initialize' },
    );
    const reader = new UserService({ model: new UserModel(table) });
    await reader.getUserById('a');
    await reader.getUsersByIds(['a', 'b']);
    expect(reads).toMatchObject([
      { ConsistentRead: true },
      { RequestItems: { [table.tableName]: { ConsistentRead: true } } },
    ]);
  });

  it('has one deadline for all requests of a call', async () => {
    const database = faultyHandler({ rules: [{ fault: 'latency', ms: 300 }] });
    const slow = new UserService({ model: new UserModel(await freshTable({ requestHandler: database })) });
    const deadline = { code: 'DEADLINE_EXCEEDED' };
    const options = { deadlineMs: 500 };
    await expect(slow.getUserByEmail('Nobody@example.com', options)).rejects.toMatchObject(deadline); // two spellings
    const subject = { issuer: 'https://login.example.com/', subject: 'x', verifiedEmail: 'nobody@example.com' };
    await expect(slow.getUserIdOfSubject(subject, options)).rejects.toMatchObject(deadline); // binding, then email
  });

  it('rejects an invalid user, with messages by field', async () => {
    const create = (data: unknown) => service.createUser(data as { email: string; name: string });
    await expect(create({ email: 'no', name: '' })).rejects.toMatchObject({
      name: 'InvalidInputError',
      fieldErrors: { email: ['Not a valid email'], name: ['A name must not be empty'] },
    });
    await expect(create({ ...newUser(), version: 3 })).rejects.toBeInstanceOf(InvalidInputError);
  });
});

describe('lists of users', () => {
  let lists: UserService;
  beforeAll(async () => {
    lists = new UserService({ model: new UserModel(await freshTable()) });
    const { failed } = await lists.createUsers(Array.from({ length: 120 }, newUser));
    expect(failed).toEqual([]);
  });

  it('pages through all users in order, with a cursor as long as there are more', async () => {
    for (const [limit, pages] of [
      [50, 3],
      [60, 2],
      [40, 3],
      [120, 1],
      [1000, 1],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      let read = 0;
      do {
        const page = await lists.listUsers({ limit, cursor });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.cursor;
        read++;
      } while (cursor);
      expect([new Set(seen).size, seen.length, read]).toEqual([120, 120, pages]);
    }
  });

  it('counts, scans and finds users by time, without claims among them', async () => {
    expect(await lists.countUsers()).toBe(120);
    expect([await lists.countUsers({ atMost: 50 }), await lists.countUsers({ atMost: 121 })]).toEqual([50, 120]);
    const all = await lists.getAllUsers();
    expect(all).toHaveLength(120);
    expect(await lists.getUsersCreatedAfter('2024-01-01')).toHaveLength(120);
    expect(await lists.getUsersCreatedAfter('2999-01-01T00:00:00+02:00')).toEqual([]);
    const times = (await lists.listUsers({ limit: 120 })).items.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort());
    const after = await lists.getUsersCreatedAfter(times[59] as string);
    expect(after.map(({ createdAt }) => createdAt)).toEqual(times.filter((time) => time > (times[59] as string)));
  });

  it('rejects the cursor of another order, and invalid cursors', async () => {
    const { cursor } = await lists.listUsers({ limit: 10 });
    expect(Buffer.from(cursor as string, 'base64url').toString()).not.toContain('pk');
    await expect(lists.listUsers({ cursor, order: 'desc' })).rejects.toMatchObject({ name: 'InvalidCursorError' });
    for (const wrong of ['', 'x', `${cursor}A`, Buffer.from('[1,2,3]').toString('base64url')]) {
      await expect(lists.listUsers({ cursor: wrong })).rejects.toMatchObject({ name: 'InvalidCursorError' });
    }
  });
});
