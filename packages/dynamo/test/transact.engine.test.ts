import { beforeAll, describe, expect, it } from 'vitest';
import { transact } from '../src/index.js';
import { capturedLogger } from './captured-logger.js';
import { AccountModel, MemberModel, PlainModel, ProductDynamoModel, TicketModel, VoucherModel } from './models.js';
import { claimsOf, faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let accounts: AccountModel;
let products: ProductDynamoModel;
let members: MemberModel;
let plain: PlainModel;
beforeAll(async () => {
  made = await faultyTable();
  accounts = new AccountModel(made.table);
  products = new ProductDynamoModel(made.table);
  members = new MemberModel(made.table);
  plain = new PlainModel(made.table);
});
let count = 0;
const email = () => `part-${++count}@example.com`;
const everything = () => made.raw.items();

describe('transact', () => {
  it('makes, changes and deletes entities of several models with their claims, in one transaction', async () => {
    const old = await accounts.create({ email: 'old@example.com', name: 'old' });
    const product = await products.create({ name: 'pen', price: 2 });
    const writes = () => made.faults.counts.TransactWriteItems ?? 0;
    const before = writes();
    const [account, changed, deleted, missing] = await transact([
      accounts.creating({ email: 'new@example.com', name: 'new' }),
      products.updating(product.id, { name: 'pencil' }, { increment: { price: 1 }, expectedVersion: 1 }),
      accounts.deleting(old.id),
      plain.deleting('never-there'),
    ]);
    expect(writes()).toBe(before + 1);
    expect(account).toEqual({ ...account, email: 'new@example.com', name: 'new', version: 1 });
    expect(changed).toMatchObject({ id: product.id, name: 'pencil', price: 3, version: 2 });
    expect([deleted, missing]).toEqual([true, false]);
    expect(Object.keys(account)).not.toContain('pk1');
    expect(await made.raw.get(`PRODUCT#${product.id}`)).toMatchObject({ sk1: 'NAME#pencil' });
    expect(await accounts.getById(account.id)).toEqual(account);
    const claims = await claimsOf(made.raw, 'ACCOUNT');
    expect(claims).toMatchObject({ 'email#new@example.com': `ACCOUNT#${account.id}` });
    expect(claims).not.toHaveProperty('email#old@example.com');
  });

  it('is logged at INFO, with what its parts are', async () => {
    const { logger, lines } = capturedLogger('INFO');
    const models = { ...made.table, logger };
    const product = new ProductDynamoModel(models);
    await transact([product.creating({ name: 'pen', price: 2 }), plain.deleting('never-there')]);
    const parts = 'Product.create,Plain.delete';
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'Product.transact', operation: 'transact', count: 2, parts },
    ]);
  });

  it('says which part asks for a range that ends before it begins', async () => {
    const parts = [
      plain.deleting('x'),
      products.updating('x', { price: 2 }, { if: { price: { between: [2, 1] } } }),
    ] as const;
    const error = { name: 'TransactionPartError', part: 1, cause: { name: 'RangeError' } };
    await expect(transact(parts)).rejects.toMatchObject(error);
  });

  it('does nothing at all where one part cannot be done, and says which and why', async () => {
    const { email: taken } = await accounts.create({ email: email(), name: 'x' });
    const { id } = await products.create({ name: 'a', price: 1 });
    const before = await everything();
    const free = () => members.creating({ handle: `h${++count}` });
    const cases = [
      [accounts.creating({ email: taken, name: 'y' }), { name: 'UniqueConstraintError', attribute: 'email' }],
      [products.updating(id, { price: 2 }, { expectedVersion: 9 }), { name: 'VersionConflictError', actualVersion: 1 }],
      [products.updating(id, { price: 2 }, { if: { price: { gt: 5 } } }), { name: 'ConditionFailedError' }],
      [products.updating('none', { price: 2 }), { name: 'EntityNotFoundError', id: 'none' }],
      [products.updating('x'.repeat(3000), { price: 2 }), { name: 'EntityNotFoundError' }],
      [products.deleting(id, { expectedVersion: 9 }), { name: 'VersionConflictError' }],
      [products.creating({ name: 'b', price: Number.NaN }), { name: 'InvalidItemError', attribute: 'price' }],
      [plain.creating({ ref: 'huge', text: 'x'.repeat(500_000) }), { name: 'ItemTooLargeError' }],
    ] as const;
    for (const [part, cause] of cases) {
      const rejected = transact([free(), part]);
      await expect(rejected).rejects.toMatchObject({ name: 'TransactionPartError', part: 1, cause });
    }
    expect(await everything()).toEqual(before);
  });

  it('computes a part anew where another writer came between', async () => {
    const { id } = await products.create({ name: 'a', price: 1 });
    const account = await accounts.create({ email: email(), name: 'x' });
    const honest = new ProductDynamoModel(made.honest);
    made.gate.before('TransactWriteItems', 1, () => honest.update(id, {}, { increment: { price: 10 } }));
    const [product, moved] = await transact([
      products.updating(id, {}, { increment: { price: 1 } }),
      accounts.updating(account.id, { email: email() }),
    ]);
    expect(product).toMatchObject({ price: 12, version: 3 });
    expect(moved).toMatchObject({ version: 2 });
    made.gate.before('TransactWriteItems', 1, () => new AccountModel(made.honest).delete(account.id));
    expect(await transact([products.updating(id, { price: 0 }), accounts.deleting(account.id)])).toMatchObject([
      { price: 0, version: 4 },
      false,
    ]);
  });

  it('is done once though its reply was lost', async () => {
    const { id } = await products.create({ name: 'a', price: 1 });
    made.faults.setRules([{ fault: 'lost-reply', operation: 'TransactWriteItems', times: 2 }]);
    const parts = [products.updating(id, {}, { increment: { price: 1 } }), members.creating({ handle: `h${++count}` })];
    expect(await transact(parts)).toMatchObject([{ price: 2, version: 2 }, { version: 1 }]);
    made.faults.setRules([]);
  });

  it('lets one of ten racing transactions take the last of a stock', async () => {
    const vouchers = new VoucherModel(made.table);
    const { id } = await vouchers.create({ status: 'open', uses: 1 });
    const take = (n: number) =>
      transact(
        [
          vouchers.updating(id, {}, { if: { uses: { gte: 1 } }, increment: { uses: -1 } }),
          plain.creating({ ref: `taken-${n}` }),
        ],
        { deadlineMs: 60_000 },
      );
    const all = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => take(n)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await made.raw.items('PLAIN#taken-')).toHaveLength(1);
    expect(await vouchers.getById(id)).toMatchObject({ uses: 0 });
  });

  it('takes 100 actions, claims included, and rejects more before sending', async () => {
    const fifty = (n: number) => Array.from({ length: n }, () => members.creating({ handle: `h${++count}` }));
    expect(await transact(fifty(50))).toHaveLength(50);
    const before = made.faults.requests.length;
    const tooMany = transact(fifty(51));
    await expect(tooMany).rejects.toMatchObject({ name: 'TransactionTooLargeError', actions: 102 });
    const large = Array.from({ length: 10 }, (_, i) =>
      plain.creating({ ref: `large-${i}`, text: 'x'.repeat(390_000) }),
    );
    await expect(transact(large)).rejects.toMatchObject({ name: 'TransactionTooLargeError' });
    expect(made.faults.requests).toHaveLength(before);
  });

  it('rejects two parts on one entity or one unique value, and models of different tables', async () => {
    const { id } = await products.create({ name: 'a', price: 1 });
    const twice = transact([products.updating(id, { price: 2 }), products.deleting(id)]);
    await expect(twice).rejects.toThrow('Two parts of the transaction write one');
    const value = `h${++count}`;
    const same = transact([members.creating({ handle: value }), members.creating({ handle: value })]);
    await expect(same).rejects.toThrow('one value of a unique attribute');
    const elsewhere = new TicketModel({ ...made.table, tableName: 'another' });
    await expect(transact([elsewhere.creating({ ref: 'r' }), products.deleting(id)])).rejects.toThrow('one table');
  });

  it('answers nothing to nothing, and stops at an abort and at its deadline as every call does', async () => {
    expect(await transact([])).toEqual([]);
    const reason = new Error('enough');
    const aborted = transact([products.creating({ name: 'a', price: 1 })], { signal: AbortSignal.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
    made.faults.setRules([{ fault: 'transaction-conflict', operation: 'TransactWriteItems' }]);
    const contended = transact([members.creating({ handle: `h${++count}` })], { deadlineMs: 300 });
    await expect(contended).rejects.toMatchObject({ name: 'ThrottledError', reason: 'contention' });
    made.faults.setRules([]);
  });

  it('gives each part its own type', async () => {
    const { id } = await products.create({ name: 'a', price: 1 });
    const [product, isDeleted] = await transact([products.updating(id, { price: 2 }), plain.deleting('x')]);
    const price: number = product.price;
    const flag: boolean = isDeleted;
    expect([price, flag]).toEqual([2, false]);
    // @ts-expect-error a product has no email
    expect(product.email).toBeUndefined();
  });
});
