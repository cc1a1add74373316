import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { tombstoneAttribute } from '../src/entity/entity.js';
import { AccountModel, MemberModel } from './models.js';
import { claimsOf, faultyTable, rawTable } from './raw-table.js';

let table: FreshTable;
let raw: ReturnType<typeof rawTable>;
let accounts: AccountModel;
let members: MemberModel;
beforeAll(async () => {
  table = await freshTable();
  raw = rawTable(table);
  accounts = new AccountModel(table);
  members = new MemberModel(table);
});
beforeEach(async () => {
  for (const { id } of await raw.items()) await raw.remove(id);
});
/** Entities and claims. On a slow engine, an attempt that got no answer in time leaves a tombstone. */
const itemsLeft = async () => (await raw.items()).filter((item) => item[tombstoneAttribute] === undefined);
const refusal = (attribute: string, value: string) => ({
  name: 'UniqueConstraintError',
  code: 'UNIQUE_CONSTRAINT',
  attribute,
  value,
});

describe('claims', () => {
  it('looks for no value that no key can hold', async () => {
    const { honest } = await faultyTable();
    expect(await new AccountModel(honest).getByUnique('email', 'half-\ud800')).toBeNull();
    const odd = new AccountModel(honest).create({ email: 'half-\ud800', name: 'x' });
    await expect(odd).rejects.toMatchObject({ name: 'InvalidItemError', attribute: 'email' });
  });

  it('hold the owner by its stored id, under the normalised value as it is', async () => {
    const { id } = await accounts.create({ email: 'A#ä b@Example.com', name: 'x' });
    expect(await raw.get('UNIQUE#ACCOUNT#email#a#ä b@example.com')).toEqual({
      id: 'UNIQUE#ACCOUNT#email#a#ä b@example.com',
      ownerId: `ACCOUNT#${id}`,
    });
  });

  it('are one for each value that is there', async () => {
    const { id } = await members.create({ handle: 'ann' });
    expect(await claimsOf(raw, 'MEMBER')).toEqual({ 'handle#ann': `MEMBER#${id}` });
    await members.update(id, { phone: '1', name: 'Ann' });
    expect(await claimsOf(raw, 'MEMBER')).toEqual({ 'handle#ann': `MEMBER#${id}`, 'phone#1': `MEMBER#${id}` });
    await members.update(id, { phone: '2', handle: 'bea' });
    expect(await claimsOf(raw, 'MEMBER')).toEqual({ 'handle#bea': `MEMBER#${id}`, 'phone#2': `MEMBER#${id}` });
    await members.update(id, { phone: null });
    expect(await claimsOf(raw, 'MEMBER')).toEqual({ 'handle#bea': `MEMBER#${id}` });
    await members.delete(id);
    expect(await itemsLeft()).toEqual([]);
  });

  it('reject a second holder at create and at change, and leave everything as it was', async () => {
    const first = await members.create({ handle: 'ann', phone: '1' });
    await expect(members.create({ handle: 'bea', phone: '1' })).rejects.toMatchObject(refusal('phone', '1'));
    const second = await members.create({ handle: 'bea' });
    await expect(members.update(second.id, { phone: '1', name: 'B' })).rejects.toMatchObject(refusal('phone', '1'));
    await expect(members.update(second.id, { handle: 'ann' })).rejects.toMatchObject(refusal('handle', 'ann'));
    expect(await members.getById(second.id)).toEqual(second);
    expect(await claimsOf(raw, 'MEMBER')).toEqual({
      'handle#ann': `MEMBER#${first.id}`,
      'handle#bea': `MEMBER#${second.id}`,
      'phone#1': `MEMBER#${first.id}`,
    });
  });

  it('are not touched where the normalised value stays', async () => {
    const { id } = await accounts.create({ email: 'a@b.c', name: 'x' });
    const claim = 'UNIQUE#ACCOUNT#email#a@b.c';
    await raw.put({ id: claim, ownerId: `ACCOUNT#${id}`, seen: true });
    expect(await accounts.update(id, { email: 'A@B.C' })).toMatchObject({ email: 'A@B.C', version: 2 });
    expect(await raw.get(claim)).toMatchObject({ seen: true });
    expect((await raw.get(`ACCOUNT#${id}`))?.sk1).toBe('EMAIL#A@B.C');
  });

  it('of another owner, met on the way out, are left alone, and the write goes on', async () => {
    const leaving = await members.create({ handle: 'ann', phone: '1' });
    const gone = await members.create({ handle: 'bea', phone: '2' });
    for (const value of ['handle#ann', 'handle#bea']) {
      await raw.put({ id: `UNIQUE#MEMBER#${value}`, ownerId: 'MEMBER#other' });
    }
    expect(await members.update(leaving.id, { handle: 'cleo', phone: '3' })).toMatchObject({ handle: 'cleo' });
    expect(await members.delete(gone.id)).toBe(true);
    expect(await claimsOf(raw, 'MEMBER')).toEqual({
      'handle#ann': 'MEMBER#other',
      'handle#bea': 'MEMBER#other',
      'handle#cleo': `MEMBER#${leaving.id}`,
      'phone#3': `MEMBER#${leaving.id}`,
    });
  });

  it('that are missing are no hindrance on the way out', async () => {
    const { id } = await members.create({ handle: 'ann' });
    await raw.remove('UNIQUE#MEMBER#handle#ann');
    await members.update(id, { handle: 'bea' });
    await raw.remove('UNIQUE#MEMBER#handle#bea');
    expect(await members.delete(id)).toBe(true);
    expect(await itemsLeft()).toEqual([]);
  });

  it.each([
    ['handle', ''],
    ['phone', ''],
  ])('reject an empty %s before sending', async (attribute, value) => {
    const reason = { name: 'InvalidItemError', attribute, reason: 'empty value' };
    await expect(members.create({ handle: 'x', [attribute]: value })).rejects.toMatchObject(reason);
    await expect(members.update('any', { [attribute]: value })).rejects.toMatchObject(reason);
  });

  it('reject a value too long for a key', async () => {
    const handle = 'x'.repeat(2048);
    const reason = { name: 'InvalidItemError', attribute: 'handle', reason: 'pk over 2,048 bytes' };
    await expect(members.create({ handle })).rejects.toMatchObject(reason);
    await expect(members.update('any', { handle })).rejects.toMatchObject(reason);
    expect(await members.getByUnique('handle', handle)).toBeNull();
  });

  it('show in no scan, count or query', async () => {
    const made = await accounts.create({ email: 'a@b.c', name: 'x' });
    await raw.put({ id: 'UNIQUE#ACCOUNT#email#odd', ownerId: 'x', pk1: 'ACCOUNT', sk1: 'EMAIL#odd' });
    expect(await accounts.scanAll()).toEqual([made]);
    expect(await accounts.count({ index: 'GSI1', pk: 'ACCOUNT' })).toBe(1);
    expect((await accounts.query({ index: 'GSI1', pk: 'ACCOUNT', limit: 1 })).items).toEqual([made]);
  });
});

describe('getByUnique', () => {
  it('finds the holder at once, by any spelling that counts as the same', async () => {
    const made = await accounts.create({ email: 'Ann@b.c', name: 'x' });
    expect(await accounts.getByUnique('email', 'aNN@B.C')).toEqual(made);
    await accounts.update(made.id, { email: 'new@b.c' });
    expect(await accounts.getByUnique('email', 'ann@b.c')).toBeNull();
    expect(await accounts.getByUnique('email', 'new@b.c')).toMatchObject({ id: made.id });
  });

  it('answers null for no value, and where the owner is gone or holds another value', async () => {
    const made = await accounts.create({ email: 'a@b.c', name: 'x' });
    await raw.put({ id: 'UNIQUE#ACCOUNT#email#gone', ownerId: 'ACCOUNT#gone' });
    await raw.put({ id: 'UNIQUE#ACCOUNT#email#other', ownerId: `ACCOUNT#${made.id}` });
    for (const email of ['', 'nobody', 'gone', 'other']) expect(await accounts.getByUnique('email', email)).toBeNull();
  });

  it('looks once more where the value changes hands between its two reads', async () => {
    const { honest, table: gated, gate } = await faultyTable();
    const others = new AccountModel(honest);
    const before = await others.create({ email: 'a@b.c', name: 'before' });
    let after: unknown;
    gate.before('GetItem', 2, async () => {
      await others.update(before.id, { email: 'new@b.c' });
      after = await others.create({ email: 'a@b.c', name: 'after' });
    });
    expect(await new AccountModel(gated).getByUnique('email', 'a@b.c')).toEqual(after);
    expect(after).toBeDefined();
  });

  it('names an attribute that is not unique', async () => {
    await expect(accounts.getByUnique('name', 'x')).rejects.toThrow(/name is not among uniqueAttributes/);
  });
});

describe('races', () => {
  it('let one of fifty creates of a value through', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        accounts.create({ email: i % 2 ? 'a@b.c' : 'A@b.c', name: `${i}` }, { deadlineMs: 60_000 }),
      ),
    );
    const won = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(won).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject({ attribute: 'email' });
    expect(await claimsOf(raw, 'ACCOUNT')).toEqual({ 'email#a@b.c': `ACCOUNT#${won[0]?.id}` });
    expect(await raw.items('ACCOUNT#')).toHaveLength(1);
  });

  it('of changes leave one claim for each value that is held, and no other', async () => {
    const made = await Promise.all(['a', 'b', 'c'].map((email) => accounts.create({ email, name: email })));
    await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) =>
        accounts.update(made[i % 3]?.id ?? '', { email: `v${i % 7}` }, { deadlineMs: 60_000 }),
      ),
    );
    const held = await raw.items('ACCOUNT#');
    const wanted = Object.fromEntries(held.map(({ id, email }) => [`email#${email}`, id]));
    expect(Object.keys(wanted)).toHaveLength(3);
    expect(await claimsOf(raw, 'ACCOUNT')).toEqual(wanted);
  });

  it('of a delete with changes leave no claim without an owner', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await accounts.create({ email: `r${round}`, name: 'x' });
      await Promise.all([
        accounts.update(id, { email: `s${round}` }),
        accounts.delete(id),
        accounts.update(id, { email: `t${round}` }),
      ]);
      await accounts.delete(id);
    }
    expect(await itemsLeft()).toEqual([]);
  });

  it('of deletes: each entity goes once', async () => {
    const { id } = await accounts.create({ email: 'a@b.c', name: 'x' });
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => accounts.delete(id)));
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await itemsLeft()).toEqual([]);
  });
});

describe('data without claims', () => {
  /** Knows holders of old by a look-up of its own, as a model over an older table would. */
  class LookingModel extends AccountModel {
    protected override async findLegacyOwner(_: string, value: unknown, options?: object): Promise<string | null> {
      const query = { index: 'GSI1', pk: 'ACCOUNT', sk: { eq: `EMAIL#${value}` } } as const;
      return (await this.query(query, options)).items[0]?.id ?? null;
    }
  }
  const old = {
    id: 'ACCOUNT#old',
    email: 'old@b.c',
    name: 'Old',
    createdAt: 'then',
    pk1: 'ACCOUNT',
    sk1: 'EMAIL#old@b.c',
  };

  it('holds its values, is found by them, and frees them', async () => {
    const unmarked = await freshTable();
    const beneath = rawTable(unmarked);
    await beneath.remove('UNIQUE#');
    await beneath.put(old);
    const looking = new LookingModel(unmarked);
    await expect(looking.create({ email: 'old@b.c', name: 'x' })).rejects.toMatchObject(refusal('email', 'old@b.c'));
    const { id } = await looking.create({ email: 'other@b.c', name: 'x' });
    await expect(looking.update(id, { email: 'old@b.c' })).rejects.toMatchObject(refusal('email', 'old@b.c'));
    const batch = await looking.batchCreate([
      { email: 'old@b.c', name: 'x' },
      { email: 'free@b.c', name: 'y' },
    ]);
    expect(batch).toMatchObject({
      success: [{ email: 'free@b.c' }],
      failed: [{ index: 0, error: refusal('email', 'old@b.c') }],
    });
    expect(await looking.getByUnique('email', 'old@b.c')).toMatchObject({ id: 'old', version: 0 });
    expect(await looking.update('old', { email: 'OLD@b.c' })).toMatchObject({ version: 1 });
    await looking.update('old', { email: 'young@b.c' });
    expect(await looking.create({ email: 'old@b.c', name: 'x' })).toMatchObject({ version: 1 });
    expect(await looking.getByUnique('email', 'young@b.c')).toMatchObject({ id: 'old' });
  });

  it('is not looked for in a table that carries the mark', async () => {
    await raw.put(old);
    const { id } = await new LookingModel(table).create({ email: 'old@b.c', name: 'x' });
    expect(await new LookingModel(table).getByUnique('email', 'old@b.c')).toMatchObject({ id });
  });
});
