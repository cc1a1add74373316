import { beforeAll, describe, expect, it } from 'vitest';
import { transact } from '../src/index.js';
import { AccountModel, PlainModel, VoucherModel } from './models.js';
import { faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let plain: PlainModel;
let accounts: AccountModel;
let vouchers: VoucherModel;
/** Models of another process: none of their requests is held. */
let others: { plain: PlainModel; accounts: AccountModel; vouchers: VoucherModel };
beforeAll(async () => {
  made = await faultyTable();
  plain = new PlainModel(made.table);
  accounts = new AccountModel(made.table);
  vouchers = new VoucherModel(made.table);
  const { honest } = made;
  others = {
    plain: new PlainModel(honest),
    accounts: new AccountModel(honest),
    vouchers: new VoucherModel(honest),
  };
});
let count = 0;
const newRef = () => `late${++count}`;
const newEmail = () => `late${++count}@b.c`;
const stored = (ref: string) => others.plain.getById(ref, { consistent: true });

/** Attempts that arrive late, and attempts that are applied, lose their answer, and arrive once more. */
const arrivals = [
  ['late', { isApplied: false }],
  ['twice', { isApplied: true }],
] as const;

describe.each(arrivals)('an attempt without an answer that arrives %s', (_, how) => {
  it('does not bring back a created entity that was deleted since', async () => {
    const ref = newRef();
    const deliver = made.gate.hold('PutItem', how);
    expect(await plain.create({ ref })).toMatchObject({ version: 1 });
    expect(await others.plain.delete(ref)).toBe(true);
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toBeNull();
    expect(await others.plain.create({ ref, title: 'anew' })).toMatchObject({ version: 1 });
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toMatchObject({ title: 'anew' });
  });

  it.each([['with claims', () => accounts, () => others.accounts]] as const)(
    'does not bring back one %s',
    async (_name, mine, theirs) => {
      const deliver = made.gate.hold('TransactWriteItems', how);
      const { id, email } = await mine().create({ email: newEmail(), name: 'x' });
      expect(await theirs().delete(id)).toBe(true);
      await deliver();
      expect(await theirs().getById(id, { consistent: true })).toBeNull();
      expect(await theirs().getByUnique('email', email)).toBeNull();
    },
  );

  it('does not bring back one that a batch deleted since', async () => {
    const ref = newRef();
    const deliver = made.gate.hold('PutItem', how);
    await plain.create({ ref });
    const refs = [ref, newRef()];
    expect(await others.plain.batchDelete(refs)).toEqual({ success: refs, failed: [] });
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toBeNull();
  });

  it('of a batch does not delete entities that were created since', async () => {
    const refs = [newRef(), newRef()];
    for (const ref of refs) await others.plain.create({ ref, title: 'old' });
    const deliver = made.gate.hold('BatchExecuteStatement', how);
    expect(await plain.batchDelete(refs)).toEqual({ success: refs, failed: [] });
    for (const ref of refs) await others.plain.create({ ref, title: 'anew' });
    await deliver();
    for (const ref of refs) expect(await stored(ref)).toMatchObject({ title: 'anew' });
  });

  it('does not overwrite what another writer stored after an update', async () => {
    const ref = newRef();
    await others.plain.create({ ref, title: 'old' });
    const deliver = made.gate.hold('UpdateItem', how);
    expect(await plain.update(ref, { title: 'mine' })).toMatchObject({ title: 'mine', version: 2 });
    expect(await others.plain.update(ref, { title: 'other' })).toMatchObject({ version: 3 });
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toMatchObject({ title: 'other', version: 3 });
  });

  it('does not update an entity of the same id and version that was created since', async () => {
    const ref = newRef();
    await others.plain.create({ ref, title: 'old' });
    const deliver = made.gate.hold('UpdateItem', how);
    expect(await plain.update(ref, { title: 'mine' }, { expectedVersion: 1 })).toMatchObject({ version: 2 });
    await others.plain.delete(ref);
    await others.plain.create({ ref, title: 'anew' });
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toMatchObject({ title: 'anew', version: 1 });
  });

  it('does not delete an entity that was created since', async () => {
    for (const options of [{}, { expectedVersion: 1 }]) {
      const ref = newRef();
      await others.plain.create({ ref, title: 'old' });
      const deliver = made.gate.hold('DeleteItem', how);
      expect(await plain.delete(ref, options)).toBe(true);
      await others.plain.create({ ref, title: 'anew' });
      expect(await deliver()).toBe(400);
      expect(await stored(ref)).toMatchObject({ title: 'anew' });
    }
  });

  it('does not delete an entity with claims that was created since', async () => {
    const id = `again${++count}`;
    await made.raw.put({ id: `VOUCHER#${id}`, status: 'open', uses: 0, code: id, version: 1 });
    const deliver = made.gate.hold('TransactWriteItems', how);
    expect(await vouchers.delete(id)).toBe(true);
    await made.raw.put({ id: `VOUCHER#${id}`, status: 'anew', uses: 0, code: id, version: 1 });
    await deliver();
    expect(await made.raw.get(`VOUCHER#${id}`)).toMatchObject({ status: 'anew' });
  });
});

describe('what was rejected stays so, though the first attempt arrives when it could be applied:', () => {
  it('a create whose unique value was taken', async () => {
    const email = newEmail();
    const holder = await others.accounts.create({ email, name: 'holder' });
    const deliver = made.gate.hold('TransactWriteItems');
    const create = accounts.create({ email, name: 'second' });
    await expect(create).rejects.toMatchObject({ name: 'UniqueConstraintError', attribute: 'email' });
    await others.accounts.delete(holder.id);
    expect(await deliver()).toBe(400);
    expect(await others.accounts.getByUnique('email', email)).toBeNull();
  });

  it('a create whose id was taken', async () => {
    const ref = newRef();
    await others.plain.create({ ref, title: 'holder' });
    const deliver = made.gate.hold('PutItem');
    await expect(plain.create({ ref })).rejects.toMatchObject({ name: 'UniqueConstraintError', attribute: 'id' });
    await others.plain.delete(ref);
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toBeNull();
  });

  it('an update whose version had passed', async () => {
    const ref = newRef();
    await others.plain.create({ ref });
    await others.plain.update(ref, { title: 'two' });
    const deliver = made.gate.hold('UpdateItem');
    const update = plain.update(ref, { title: 'mine' }, { expectedVersion: 1 });
    await expect(update).rejects.toMatchObject({ name: 'VersionConflictError', actualVersion: 2 });
    await others.plain.delete(ref);
    await others.plain.create({ ref, title: 'anew' });
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toMatchObject({ title: 'anew', version: 1 });
  });

  it('an entry of a batch, and the others are written', async () => {
    const [taken, free] = [newEmail(), newEmail()];
    const holder = await others.accounts.create({ email: taken, name: 'holder' });
    const deliver = made.gate.hold('TransactWriteItems');
    const list = [taken, free].map((email) => ({ email, name: 'batch' }));
    const { success, failed } = await accounts.batchCreate(list);
    expect(success).toMatchObject([{ email: free }]);
    expect(failed).toMatchObject([{ index: 0, error: { name: 'UniqueConstraintError' } }]);
    await others.accounts.delete(holder.id);
    await others.accounts.delete(success[0]?.id ?? '');
    expect(await deliver()).toBe(400);
    expect(await others.accounts.getByUnique('email', taken)).toBeNull();
    expect(await others.accounts.getByUnique('email', free)).toBeNull();
  });

  it('a transaction', async () => {
    const [ref, email] = [newRef(), newEmail()];
    const holder = await others.accounts.create({ email, name: 'holder' });
    const deliver = made.gate.hold('TransactWriteItems');
    const both = transact([plain.creating({ ref }), accounts.creating({ email, name: 'second' })]);
    await expect(both).rejects.toMatchObject({ name: 'TransactionPartError', part: 1 });
    await others.accounts.delete(holder.id);
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toBeNull();
    expect(await others.accounts.getByUnique('email', email)).toBeNull();
  });
});

describe('a transaction that found nothing to delete', () => {
  it.each<[string, boolean]>([
    ['', false],
    [' within a scope', true],
  ])('takes no effect late%s, when there is nothing again', async (_, isScoped) => {
    const [ref, other] = [newRef(), newRef()];
    const model = isScoped ? plain.within({ title: 'mine' }) : plain;
    const deliver = made.gate.hold('TransactWriteItems');
    made.gate.before('TransactWriteItems', 1, () => others.plain.create({ ref, title: 'mine' }));
    const both = transact([model.deleting(ref), plain.creating({ ref: other })]);
    expect(await both).toMatchObject([true, { id: other }]);
    await others.plain.delete(other);
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toBeNull();
    expect(await stored(other)).toBeNull();
  });
});

describe('an answer after an attempt without one', () => {
  it('is that of the attempt where it arrives before the fence', async () => {
    const email = newEmail();
    const holder = await others.accounts.create({ email, name: 'holder' });
    const deliver = made.gate.hold('TransactWriteItems');
    made.gate.before('UpdateItem', 1, async () => {
      await others.accounts.delete(holder.id);
      await deliver();
    });
    const second = await accounts.create({ email, name: 'second' });
    expect(await others.accounts.getByUnique('email', email)).toEqual(second);
  });

  it('is that of the attempt where the entity was deleted again before the fence', async () => {
    const [ref, email] = [newRef(), newEmail()];
    const holder = await others.accounts.create({ email, name: 'holder' });
    const deliver = made.gate.hold('TransactWriteItems');
    made.gate.before('UpdateItem', 1, async () => {
      await others.accounts.delete(holder.id);
      await deliver();
      const created = await others.accounts.getByUnique('email', email);
      await others.accounts.delete(created?.id ?? '');
    });
    const both = transact([plain.creating({ ref }), accounts.creating({ email, name: 'second' })]);
    expect(await both).toMatchObject([{ id: ref }, { email }]);
    expect(await stored(ref)).toMatchObject({ id: ref });
  });

  it('to an update of an entity that left a tombstone since is unknown', async () => {
    const ref = newRef();
    made.gate.hold('PutItem');
    await plain.create({ ref }); // fenced, so that its delete leaves a tombstone
    made.gate.hold('UpdateItem', { isApplied: true });
    made.gate.before('UpdateItem', 1, () => others.plain.delete(ref));
    await expect(plain.update(ref, { title: 'mine' })).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
    expect(await stored(ref)).toBeNull();
  });

  it('recognises an update after which the entity has expired', async () => {
    const { id } = await others.vouchers.create({ status: 'open', uses: 0 });
    made.gate.hold('UpdateItem', { isApplied: true });
    const expiresAt = Math.floor(Date.now() / 1000) - 1;
    expect(await vouchers.update(id, { status: 'used' }, { expectedVersion: 1 })).toMatchObject({ status: 'used' });
    made.gate.hold('TransactWriteItems', { isApplied: true });
    expect(await vouchers.update(id, { expiresAt })).toMatchObject({ expiresAt, version: 3 });
  });

  it('to an update under conditions is unknown where others wrote since, and nothing is applied twice', async () => {
    const { id } = await others.vouchers.create({ status: 'open', uses: 0 });
    const deliver = made.gate.hold('UpdateItem', { isApplied: true });
    made.gate.before('UpdateItem', 1, () => others.vouchers.update(id, { status: 'open' }));
    const update = vouchers.update(id, { status: 'used' }, { if: { status: 'open' } });
    await expect(update).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
    expect(await deliver()).toBe(400);
    expect(await others.vouchers.getById(id, { consistent: true })).toMatchObject({ status: 'open', version: 3 });
  });
});

describe('a tombstone', () => {
  it('counts as absent for every call, and is replaced by a create', async () => {
    const ref = newRef();
    made.gate.hold('PutItem');
    await plain.create({ ref });
    await others.plain.delete(ref);
    expect(await made.raw.get(`PLAIN#${ref}`)).toMatchObject({ _tombstone: true });
    expect(await plain.getById(ref)).toBeNull();
    expect(await plain.getByIds([ref])).toEqual([null]);
    expect((await plain.scanAll()).filter(({ id }) => id === ref)).toEqual([]);
    expect(await plain.update(ref, { title: 'x' })).toBeNull();
    expect(await plain.update(ref, {})).toBeNull();
    expect(await plain.delete(ref)).toBe(false);
    expect(await plain.delete(ref, { expectedVersion: 1 })).toBe(false);
    const other = newRef();
    expect(await transact([plain.deleting(ref), plain.creating({ ref: other })])).toMatchObject([false, { id: other }]);
    const updating = transact([plain.updating(ref, { title: 'x' }), plain.creating({ ref: newRef() })]);
    await expect(updating).rejects.toMatchObject({ cause: { name: 'EntityNotFoundError' } });
    const { success } = await plain.batchCreate([{ ref }]);
    expect(success).toMatchObject([{ id: ref, version: 1 }]);
    expect(await plain.update(ref, { title: 'y' })).toMatchObject({ title: 'y', version: 2 });
  });

  it('is not left by the delete of an entity whose attempts were all answered, nor of one fenced long ago', async () => {
    const ref = newRef();
    await plain.create({ ref });
    await plain.delete(ref);
    expect(await made.raw.get(`PLAIN#${ref}`)).toBeUndefined();
    await made.raw.put({ id: `PLAIN#${ref}`, ref, version: 1, _fence: Date.now() - 11 * 60_000 });
    expect(await plain.delete(ref)).toBe(true);
    expect(await made.raw.get(`PLAIN#${ref}`)).toBeUndefined();
  });

  it('does not keep a fenced entity from being updated, by writers whose clock is behind too', async () => {
    const ref = newRef();
    await plain.create({ ref });
    const raw = await made.raw.get(`PLAIN#${ref}`);
    await made.raw.put({ ...raw, id: `PLAIN#${ref}`, _fence: Date.now() + 60_000 });
    expect(await plain.update(ref, { title: 'x' })).toMatchObject({ title: 'x', version: 2 });
    expect(await plain.update(ref, { title: 'y' }, { expectedVersion: 2 })).toMatchObject({ title: 'y', version: 3 });
    made.gate.hold('UpdateItem');
    expect(await plain.update(ref, { title: 'z' })).toMatchObject({ title: 'z', version: 4 });
    expect(await plain.delete(ref)).toBe(true);
  });
});
