import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { olderTable, olderUser } from '../../../test/older-table.js';
import { type User, UserModel, UserService } from '../src/index.js';

const issuer = 'https://login.example.com/';

describe('the user of a subject', () => {
  const database = faultyHandler({ rules: [] });
  let users: UserService;
  let ada: User;
  beforeAll(async () => {
    users = new UserService({ model: new UserModel(await freshTable({ requestHandler: database })) });
  });
  beforeEach(async () => {
    ada = await users.createUser({ email: `ada-${crypto.randomUUID()}@example.com`, name: 'Ada' });
  });

  it('is nobody without a verified email or a binding', async () => {
    const subject = { issuer, subject: ada.id };
    expect(await users.getUserIdOfSubject(subject)).toBeNull();
    expect(await users.getUserIdOfSubject({ ...subject, verifiedEmail: 'nobody@example.com' })).toBeNull();
    expect(await users.getUserIdOfSubject({ ...subject, verifiedEmail: ` ${ada.email}` })).toBeNull();
  });

  it('is bound at the first call, without a change of the user, and found by one read from then on', async () => {
    const subject = { issuer, subject: ada.id };
    expect(await users.getUserIdOfSubject({ ...subject, verifiedEmail: ada.email.toUpperCase() })).toBe(ada.id);
    const before = { ...database.counts };
    expect(await users.getUserIdOfSubject(subject)).toBe(ada.id);
    expect(database.counts).toEqual({ ...before, GetItem: Number(before.GetItem) + 1 });
    expect(await users.getUserById(ada.id)).toEqual(ada);
    expect(await users.getUserIdOfSubject({ ...subject, issuer: 'https://other.example.com/' })).toBeNull();
  });

  it('stays the same after a change of email and after its deletion', async () => {
    const subject = { issuer, subject: ada.id, verifiedEmail: ada.email };
    await users.getUserIdOfSubject(subject);
    await users.updateUser(ada.id, { email: `was.${ada.email}` });
    await users.createUser({ email: ada.email, name: 'Heir' });
    expect(await users.getUserIdOfSubject(subject)).toBe(ada.id);
    await users.deleteUser(ada.id);
    expect(await users.getUserIdOfSubject(subject)).toBe(ada.id);
  });

  it('is bound to one of many subjects that come at the same time, and a subject to one user', async () => {
    const patient = { deadlineMs: 60_000 }; // all want the same items, and the machine may be busy
    const of = (subject: string) => users.getUserIdOfSubject({ issuer, subject, verifiedEmail: ada.email }, patient);
    const names = Array.from({ length: 10 }, (_, n) => `${n} ${ada.id}`);
    const found = await Promise.all([...names, ...names].map(of));
    const [first, second] = [found.slice(0, 10), found.slice(10)];
    expect(first.filter((id) => id === ada.id)).toHaveLength(1);
    expect(second).toEqual(first);
  });

  it('is not bound by an email that went to somebody else meanwhile', async () => {
    const { email } = ada;
    database.setRules([{ fault: 'latency', ms: 300, operation: 'TransactWriteItems', times: 1 }]);
    const other = new UserService({ model: new UserModel(await freshTable()) });
    expect(await other.getUserIdOfSubject({ issuer, subject: 'x', verifiedEmail: email })).toBeNull();
    const before = database.counts.TransactWriteItems ?? 0;
    const bound = users.getUserIdOfSubject({ issuer, subject: `late ${ada.id}`, verifiedEmail: email });
    await expect.poll(() => database.counts.TransactWriteItems).toBe(before + 1);
    await users.updateUser(ada.id, { email: `was.${email}` });
    expect(await bound).toBeNull();
  });

  it('can be bound anew after it was unbound', async () => {
    const of = (subject: string) =>
      users.getUserIdOfSubject({ issuer, subject: `${subject} ${ada.id}`, verifiedEmail: ada.email });
    expect(await users.unbindUser(ada.id)).toBe(false);
    expect([await of('old'), await of('new')]).toEqual([ada.id, null]);
    expect(await users.unbindUser(`USER#${ada.id}`)).toBe(true);
    expect([await of('new'), await of('old')]).toEqual([ada.id, null]);
  });
});

it('a user from before there were versions is bound too', async () => {
  const ada = olderUser('Ada@Example.com');
  const users = new UserService({ model: new UserModel(await olderTable([ada])) });
  const subject = { issuer, subject: 'ada', verifiedEmail: 'Ada@Example.com' };
  expect(await users.getUserIdOfSubject(subject)).toBe(ada.id.slice('USER#'.length));
});

it('bindings are neither listed nor counted among users', async () => {
  const users = new UserService({ model: new UserModel(await freshTable()) });
  const ada = await users.createUser({ email: 'ada@example.com', name: 'Ada' });
  await users.getUserIdOfSubject({ issuer, subject: 'ada', verifiedEmail: ada.email });
  expect(await users.getAllUsers()).toEqual([ada]);
  expect([await users.countUsers(), (await users.listUsers()).items.length]).toEqual([1, 1]);
});
