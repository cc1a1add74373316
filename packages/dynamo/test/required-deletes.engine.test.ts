import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { transact } from '../src/index.js';
import { PlainModel, VoucherModel } from './models.js';
import { faultyTable } from './raw-table.js';

let made: Awaited<ReturnType<typeof faultyTable>>;
let plain: PlainModel;
let vouchers: VoucherModel;
let others: VoucherModel;
beforeAll(async () => {
  made = await faultyTable();
  plain = new PlainModel(made.table);
  vouchers = new VoucherModel(made.table);
  others = new VoucherModel(made.honest);
});

let count = 0;
const redeem = async (id: string) => {
  const ref = `redeemed${++count}`;
  const redeemed = transact([vouchers.deleting(id, { mustExist: true }), plain.creating({ ref })], {
    deadlineMs: 60_000,
  });
  return { redeemed, created: () => plain.getById(ref, { consistent: true }) };
};
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const isMissing = { name: 'TransactionPartError', part: 0, cause: { name: 'EntityNotFoundError' } };

describe('a delete of an entity that must exist', () => {
  it('gives true, and takes conditions', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const failing = transact([vouchers.deleting(id, { mustExist: true, if: { status: 'used' } })]);
    await expect(failing).rejects.toMatchObject({ part: 0, cause: { name: 'ConditionFailedError' } });
    const [deleted] = await transact([vouchers.deleting(id, { mustExist: true, if: { status: 'open' } })]);
    expectTypeOf(deleted).toEqualTypeOf<true>();
    expect(deleted).toBe(true);
    expect(await vouchers.getById(id, { consistent: true })).toBeNull();
  });

  it('of an absent or an expired entity is an error, and nothing is written', async () => {
    const expired = await vouchers.create({ status: 'open', uses: 0, expiresAt: 1 });
    for (const id of ['nobody', '', expired.id]) {
      const { redeemed, created } = await redeem(id);
      await expect(redeemed).rejects.toMatchObject(isMissing);
      expect(await created()).toBeNull();
    }
    expect(await transact([vouchers.deleting('nobody')])).toEqual([false]);
  });

  it('is decided by the database: an entity deleted or expired after it was read is missing too', async () => {
    for (const end of [
      (id: string) => others.delete(id),
      (id: string) => others.update(id, { expiresAt: inSeconds(-1) }),
    ]) {
      const { id } = await vouchers.create({ status: 'open', uses: 0, expiresAt: inSeconds(600) });
      made.gate.before('TransactWriteItems', 1, () => end(id));
      const { redeemed, created } = await redeem(id);
      await expect(redeemed).rejects.toMatchObject(isMissing);
      expect(await created()).toBeNull();
    }
  });

  it('succeeds once of many at the same time', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const all = await Promise.all(Array.from({ length: 10 }, () => redeem(id)));
    const outcomes = await Promise.allSettled(all.map(({ redeemed }) => redeemed));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
