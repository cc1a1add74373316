import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { snapshot, transact } from '../src/index.js';
import { type Account, AccountModel, PlainModel, VoucherModel } from './models.js';
import { claimsOf, faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let plain: PlainModel;
let accounts: AccountModel;
let vouchers: VoucherModel;
let others: { plain: PlainModel; vouchers: VoucherModel };
beforeAll(async () => {
  made = await faultyTable();
  plain = new PlainModel(made.table);
  accounts = new AccountModel(made.table);
  vouchers = new VoucherModel(made.table);
  others = { plain: new PlainModel(made.honest), vouchers: new VoucherModel(made.honest) };
});
let count = 0;
const newRef = () => `new${++count}`;
const newEmail = () => `new${++count}@b.c`;
/** Requests that `work` sends, by operation. */
async function requestsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = { ...made.faults.counts };
  await work();
  const during = Object.entries(made.faults.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return Object.fromEntries(during.filter(([, n]) => n > 0));
}
const conditionFailed = { name: 'ConditionFailedError', attributes: ['status'] };

describe('an id given in advance', () => {
  it('is taken with its prefix or without, and rejected where it is taken or cannot be one', async () => {
    const id = newRef();
    expect(await accounts.create({ email: newEmail(), name: 'x' }, { id: `ACCOUNT#${id}` })).toMatchObject({ id });
    const taken = { name: 'UniqueConstraintError', attribute: 'id', value: id };
    const email = newEmail();
    await expect(accounts.create({ email, name: 'y' }, { id })).rejects.toMatchObject(taken);
    expect(await accounts.getByUnique('email', email)).toBeNull();
    await expect(accounts.create({ email, name: 'y' }, { id: '' })).rejects.toMatchObject({ reason: 'empty key' });
  });

  it('comes from newId, so that parts of a transaction can refer to each other', async () => {
    const id = await accounts.newId();
    const part = accounts.creating({ email: newEmail(), name: 'x', note: id }, { id });
    const [account] = await transact([part, plain.creating({ ref: newRef(), title: id })]);
    expect(account).toMatchObject({ id, note: id });
    expect(await plain.newId({ ref: 'x' })).toBe('x');
  });
});

describe('upsert', () => {
  it('creates, then changes what is given', async () => {
    const ref = newRef();
    expect(await plain.upsert(ref, { ref, title: 'a' })).toMatchObject({ id: ref, title: 'a', version: 1 });
    expect(await plain.upsert(ref, { ref, text: 'b' })).toMatchObject({ title: 'a', text: 'b', version: 2 });
  });

  it('begins again where another create, or a delete, comes between', async () => {
    const ref = newRef();
    made.gate.before('PutItem', 1, () => others.plain.create({ ref, title: 'other' }));
    expect(await plain.upsert(ref, { ref, text: 'mine' })).toMatchObject({ title: 'other', text: 'mine', version: 2 });
    made.gate.before('UpdateItem', 1, () => others.plain.delete(ref));
    expect(await plain.upsert(ref, { ref, text: 'anew' })).toMatchObject({ text: 'anew', version: 1 });
  });

  it('by many at once creates one entity, and loses no call', async () => {
    const ref = newRef();
    const titles = Array.from({ length: 10 }, (_, i) => `t${i}`);
    const all = await Promise.all(titles.map((title) => plain.upsert(ref, { ref, title }, { deadlineMs: 60_000 })));
    expect(all.map(({ version }) => version).sort((a, b) => a - b)).toEqual(titles.map((_, i) => i + 1));
  });
});

describe('a delete with conditions', () => {
  it('deletes under them, in one request where nothing is unique', async () => {
    const ref = newRef();
    await plain.create({ ref, title: 'a' });
    const failed = { name: 'ConditionFailedError', attributes: ['title'] };
    const requests = await requestsOf(async () => {
      await expect(plain.delete(ref, { if: { title: 'b' } })).rejects.toMatchObject(failed);
      expect(await plain.delete(ref, { if: { title: { beginsWith: 'a' } } })).toBe(true);
      expect(await plain.delete(ref, { if: { title: 'a' } })).toBe(false);
      expect(await plain.delete(ref, { if: { title: { exists: false } } })).toBe(false);
    });
    expect(requests).toEqual({ DeleteItem: 4 });
  });

  it('leaves claims and entity where they do not hold', async () => {
    const email = newEmail();
    const { id } = await accounts.create({ email, name: 'x' });
    const failed = { name: 'ConditionFailedError', attributes: ['name'] };
    await expect(accounts.delete(id, { if: { name: 'y' } })).rejects.toMatchObject(failed);
    expect(await claimsOf(made.raw, 'ACCOUNT')).toMatchObject({ [`email#${email}`]: `ACCOUNT#${id}` });
    expect(await accounts.delete(id, { if: { name: 'x' } })).toBe(true);
    expect(await claimsOf(made.raw, 'ACCOUNT')).not.toHaveProperty(`email#${email}`);
  });

  it('of a fenced entity leaves a tombstone', async () => {
    const ref = newRef();
    made.gate.hold('PutItem');
    await plain.create({ ref, title: 'a' });
    const failed = { name: 'ConditionFailedError' };
    await expect(plain.delete(ref, { if: { title: 'b' } })).rejects.toMatchObject(failed);
    expect(await plain.delete(ref, { if: { title: 'a' } })).toBe(true);
    expect(await made.raw.get(`PLAIN#${ref}`)).toMatchObject({ _tombstone: true });
    expect(await plain.delete(ref, { if: { title: 'a' } })).toBe(false);
  });

  it('is unknown after a lost reply where another entity has taken the id since', async () => {
    const ref = newRef();
    await plain.create({ ref, title: 'a' });
    made.gate.hold('DeleteItem', { isApplied: true });
    made.gate.before('DeleteItem', 1, () => others.plain.create({ ref, title: 'other' }));
    const deleted = plain.delete(ref, { if: { title: 'a' } });
    await expect(deleted).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
    expect(await others.plain.getById(ref, { consistent: true })).toMatchObject({ title: 'other' });
  });

  it('is a part of a transaction', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const ref = newRef();
    const both = (status: string) =>
      transact([vouchers.deleting(id, { if: { status } as { status: 'open' } }), plain.creating({ ref })]);
    await expect(both('used')).rejects.toMatchObject({ name: 'TransactionPartError', part: 0, cause: conditionFailed });
    expect(await plain.getById(ref)).toBeNull();
    expect(await both('open')).toMatchObject([true, { id: ref }]);
  });
});

describe('a check', () => {
  it('writes nothing, and decides without a prior read', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const requests = await requestsOf(async () => {
      const [checked, created] = await transact([
        vouchers.checking(id, { if: { status: 'open' } }),
        plain.creating({ ref: newRef() }),
      ]);
      expectTypeOf(checked).toEqualTypeOf<undefined>();
      expect(checked).toBeUndefined();
      expect(created.version).toBe(1);
    });
    expect(requests).toEqual({ TransactWriteItems: 1 });
    expect(await vouchers.getById(id)).toMatchObject({ version: 1 });
  });

  it('rejects the transaction of an absent entity, or one that does not meet its conditions', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const ref = newRef();
    const both = (voucher: string, status: 'open' | 'used') =>
      transact([vouchers.checking(voucher, { if: { status } }), plain.creating({ ref })]);
    await expect(both(id, 'used')).rejects.toMatchObject({ part: 0, cause: conditionFailed });
    await expect(both('nobody', 'open')).rejects.toMatchObject({ part: 0, cause: { name: 'EntityNotFoundError' } });
    const expiresAt = Math.floor(Date.now() / 1000) - 1;
    await vouchers.update(id, { expiresAt });
    await expect(both(id, 'open')).rejects.toMatchObject({ part: 0, cause: { name: 'EntityNotFoundError' } });
    expect(await plain.getById(ref)).toBeNull();
  });

  it('passes an entity that another process has fenced, whose clock is ahead', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const stored = await made.raw.get(`VOUCHER#${id}`);
    await made.raw.put({ ...stored, id: `VOUCHER#${id}`, _fence: Date.now() + 60_000 });
    const both = (status: 'open' | 'used') =>
      transact([vouchers.checking(id, { if: { status } }), plain.creating({ ref: newRef() })]);
    expect(await both('open')).toMatchObject([undefined, { version: 1 }]);
    await expect(both('used')).rejects.toMatchObject({ part: 0, cause: conditionFailed });
  });
});

describe('an update that returns nothing', () => {
  it('lets fifty transactions count up one entity in fifty requests', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const requests = await requestsOf(() =>
      Promise.all(
        Array.from({ length: 50 }, () =>
          transact(
            [vouchers.updating(id, {}, { increment: { uses: 1 }, returns: 'none' }), plain.creating({ ref: newRef() })],
            { deadlineMs: 60_000 },
          ),
        ),
      ),
    );
    expect(await vouchers.getById(id, { consistent: true })).toMatchObject({ uses: 50, version: 51 });
    expect(requests).toEqual({ TransactWriteItems: 50 });
  }, 30_000);

  it.each([0.2, 0.5])('counts each once where the database rejects a share of %s for conflict', async (rate) => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const before = made.faults.injected['transaction-conflict'];
    made.faults.setRules([{ fault: 'transaction-conflict', operation: 'TransactWriteItems', rate }]);
    const requests = await requestsOf(() =>
      Promise.all(
        Array.from({ length: 50 }, () =>
          transact(
            [vouchers.updating(id, {}, { increment: { uses: 1 }, returns: 'none' }), plain.creating({ ref: newRef() })],
            { deadlineMs: 60_000 },
          ),
        ),
      ),
    );
    made.faults.setRules([]);
    const conflicts = made.faults.injected['transaction-conflict'] - before;
    expect(conflicts).toBeGreaterThan(0);
    expect(requests).toEqual({ TransactWriteItems: 50 + conflicts }); // each attempt is billed
    expect(await vouchers.getById(id, { consistent: true })).toMatchObject({ uses: 50 });
  });

  it('has the type undefined, and fails as any update', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const update = (voucher: string, status: 'open' | 'used') =>
      transact([
        vouchers.updating(voucher, { status: 'used' }, { if: { status }, returns: 'none' }),
        plain.creating({ ref: newRef() }),
      ]);
    const [nothing] = await update(id, 'open');
    expectTypeOf(nothing).toEqualTypeOf<undefined>();
    await expect(update(id, 'open')).rejects.toMatchObject({ part: 0, cause: conditionFailed });
    await expect(update('nobody', 'open')).rejects.toMatchObject({ part: 0, cause: { name: 'EntityNotFoundError' } });
  });

  it('is read and guarded where a key or a claim is concerned', async () => {
    const { id } = await accounts.create({ email: newEmail(), name: 'x' });
    const email = newEmail();
    const [nothing] = await transact([accounts.updating(id, { email }, { returns: 'none' })]);
    expect(nothing).toBeUndefined();
    expect(await accounts.getByUnique('email', email)).toMatchObject({ id, version: 2 });
  });
});

describe('a snapshot', () => {
  it('reads entities of several models at one moment, in one request, by position', async () => {
    const [account, ref] = [await accounts.create({ email: newEmail(), name: 'x' }), newRef()];
    const note = await plain.create({ ref });
    const requests = await requestsOf(async () => {
      const found = await snapshot([
        accounts.getting(account.id),
        plain.getting('nobody'),
        plain.getting(`PLAIN#${ref}`),
        accounts.getting(account.id),
        plain.getting(''),
      ]);
      expectTypeOf(found[0]).toEqualTypeOf<Account | null>();
      expect(found).toEqual([account, null, note, account, null]);
    });
    expect(requests).toEqual({ TransactGetItems: 1 });
  });

  it('of nothing sends nothing, and takes at most 100 entities of one table', async () => {
    expect(await requestsOf(() => snapshot([]))).toEqual({});
    const many = Array.from({ length: 101 }, (_, i) => plain.getting(`x${i}`));
    await expect(snapshot(many)).rejects.toThrow(/101 entities/);
    await expect(snapshot([plain.getting('x'), others.plain.getting('y')])).rejects.toThrow(/one table and one client/);
    await expect(snapshot([{}])).rejects.toThrow(/Part 0 is no prepared read/);
  });

  it('is read again after a conflict or a lost reply', async () => {
    const note = await plain.create({ ref: newRef() });
    for (const fault of ['transaction-conflict', 'lost-reply'] as const) {
      made.faults.setRules([{ fault, operation: 'TransactGetItems', times: 1 }]);
      expect(await snapshot([plain.getting(note.id)])).toEqual([note]);
    }
    made.faults.setRules([]);
  });
});
