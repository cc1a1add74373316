import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cachedUserService } from '../src/index.js';
import { type HeldTable, heldTable } from './held-replies.js';

let table: HeldTable;
beforeAll(async () => {
  table = await heldTable();
});
beforeEach(() => {
  table.hold();
  table.delayReplies(() => 0);
  table.faults.setRules([]);
});
let count = 0;
const newUser = () => table.plain.createUser({ email: `race-${++count}@example.com`, name: 'old' });
const service = () => cachedUserService(table.slow);
type Users = ReturnType<typeof service>;

/** So long that the model does not retry a read whose reply is held. */
const early = { deadlineMs: 600_000 };

/** The cached reads of a user. */
type Read = (users: Users, user: { id: string; email: string }, own?: { deadlineMs: number }) => Promise<unknown>;
const reads: [string, string, Read][] = [
  ['by id', 'GetItem', (users, { id }, own) => users.getUserById(id, own)],
  [
    'by ids',
    'BatchGetItem',
    async (users, { id }, own) => (await users.getUsersByIds([id, `nobody-${++count}`], own))[0],
  ],
  ['by email', 'GetItem', (users, { email }, own) => users.getUserByEmail(email, own)],
];

describe.each(reads)('a read %s that the database answered before a write', (_, operation, read) => {
  it('does not leave the old value in the cache', async () => {
    const users = service();
    const user = await newUser();
    table.hold(operation);
    const first = read(users, user, early);
    const [reply] = await table.held(1);
    table.hold();
    const written = await users.updateUser(user.id, { name: 'new' });
    const late = read(users, user); // sent after the acknowledgement, so it does not join the first
    expect(await late).toEqual(written);
    reply?.arrive();
    expect(await first).toMatchObject({ name: 'old' }); // it was concurrent with the write
    expect(await read(users, user)).toEqual(written);
  });

  it('does not bring back a deleted user', async () => {
    const users = service();
    const user = await newUser();
    table.hold(operation);
    const first = read(users, user, early);
    const [reply] = await table.held(1);
    table.hold();
    expect(await users.deleteUser(user.id)).toBe(true);
    expect(await read(users, user)).toBeNull();
    reply?.arrive();
    expect(await first).toMatchObject({ name: 'old' });
    expect(await read(users, user)).toBeNull();
    expect(await users.getUserByEmail(user.email)).toBeNull();
  });
});

it('a look-up of an email that was answered before the email moved does not cache its former owner', async () => {
  const users = service();
  const [first, second] = [await newUser(), await newUser()];
  table.hold('Query');
  const look = users.getUserByEmail(first.email, early);
  const [reply] = await table.held(1);
  table.hold();
  await users.updateUser(first.id, { email: `moved-${first.email}` });
  const moved = await users.updateUser(second.id, { email: first.email });
  expect(await users.getUserByEmail(first.email)).toEqual(moved);
  reply?.arrive();
  expect(await look).toEqual(moved);
  expect(await users.getUserByEmail(first.email)).toEqual(moved);
  expect(await users.getUserByEmail(second.email)).toBeNull();
});

it.each<[string, (users: Users, email: string) => Promise<unknown>]>([
  ['a creation', (users, email) => users.createUser({ email, name: 'new' })],
  ['one of many creations', (users, email) => users.createUsers([{ email, name: 'new' }])],
  ['a change of email', async (users, email) => users.updateUser((await newUser()).id, { email })],
])('a look-up that found nobody is not joined after %s', async (_, write) => {
  const users = service();
  const email = `race-${++count}@example.com`;
  table.hold('Query');
  const look = users.getUserByEmail(email, early);
  const [reply] = await table.held(1);
  table.hold();
  await write(users, email);
  expect(await users.getUserByEmail(email)).toMatchObject({ email });
  reply?.arrive();
  expect(await look).toBeNull();
  expect(await users.getUserByEmail(email)).toMatchObject({ email });
});

it('a count that was answered before a creation is not cached', async () => {
  const users = service();
  table.hold('Query');
  const counting = users.countUsers(early);
  const [reply] = await table.held(1);
  table.hold();
  await users.createUser({ email: `race-${++count}@example.com`, name: 'new' });
  reply?.arrive();
  const before = Number(await counting);
  expect(await users.countUsers()).toBe(before + 1);
});

it('invalidates the user of a write whose answer was lost', async () => {
  const users = service();
  const user = await newUser();
  expect(await users.getUserById(user.id)).toMatchObject({ name: 'old' });
  table.faults.setRules([{ fault: 'hang', operation: 'UpdateItem' }]);
  await expect(users.updateUser(user.id, { name: 'new' }, { deadlineMs: 1000 })).rejects.toMatchObject({
    code: 'WRITE_OUTCOME_UNKNOWN',
  });
  expect(await users.getUserById(user.id)).toMatchObject({ name: 'new' });
});

it('never returns a value older than a write that was acknowledged before the read, in any order of replies', async () => {
  const users = service();
  const ids = await Promise.all([1, 2, 3].map(async () => (await newUser()).id));
  const acknowledged = new Map(ids.map((id) => [id, 1]));
  let seed = 7;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  table.delayReplies(() => random() * 12);
  table.faults.setRules([{ fault: 'latency', ms: [0, 12] }]);
  const one = () => ids[Math.floor(random() * ids.length)] as string;
  const write = async () => {
    const id = one();
    const { version = 0 } = (await users.updateUser(id, { name: `name ${random()}` })) ?? {};
    acknowledged.set(id, Math.max(acknowledged.get(id) ?? 0, version));
  };
  const look = async () => {
    const id = one();
    const least = acknowledged.get(id) ?? 0;
    const user = random() < 0.5 ? await users.getUserById(id) : (await users.getUsersByIds([id, ...ids]))[0];
    expect(user?.version).toBeGreaterThanOrEqual(least);
  };
  const worker = async (turns: number) => {
    for (let turn = 0; turn < turns; turn++) await (random() < 0.25 ? write() : look());
  };
  await Promise.all(Array.from({ length: 8 }, () => worker(25)));
  for (const id of ids) expect(await users.getUserById(id)).toEqual(await table.plain.getUserById(id));
});
