import { describe, expect, it } from 'vitest';
import { type OlderTable, olderTable, type RawItem } from '../../../test/older-table.js';
import { examineTable } from '../src/index.js';
import { examineWhile } from './examine-while.js';
import { VoucherModel, voucher, voucherClaim, voucherClaimId, vouchers } from './voucher-model.js';

const examine = ({ client, tableName }: OlderTable, fix: boolean) =>
  examineTable({ client, tableName, rate: 100_000, segments: 1, models: vouchers, fix, mark: false });

const now = Math.floor(Date.now() / 1000);
const past = now - 60;
const future = now + 3600;

interface Case {
  readonly title: string;
  readonly owner: RawItem;
  readonly claim: RawItem;
  readonly what: string;
}

const expiring = voucher('expiring', 'code', { expiresAt: future });
const lasting = voucher('lasting', 'code');
const expired = voucher('expired', 'code', { expiresAt: past });
const claimOf = (owner: RawItem, expiresAt?: number): RawItem => voucherClaim(owner, expiresAt ?? null);

const cases: Case[] = [
  {
    title: 'that does not expire, of an owner that does',
    owner: expiring,
    claim: claimOf(expiring),
    what: 'code: does not expire, unlike its owner',
  },
  {
    title: 'that expires, of an owner that does not',
    owner: lasting,
    claim: claimOf(lasting, future),
    what: 'code: expires, unlike its owner',
  },
  {
    title: 'that expires before its owner',
    owner: expiring,
    claim: claimOf(expiring, future - 1),
    what: 'code: expires at another time than its owner',
  },
  {
    title: 'that has expired, of an owner that is alive',
    owner: expiring,
    claim: claimOf(expiring, past),
    what: 'code: expires at another time than its owner',
  },
  {
    title: 'that does not expire, of an owner that has expired',
    owner: expired,
    claim: claimOf(expired),
    what: 'code: does not expire, unlike its owner',
  },
];

describe.concurrent('the expiry of a claim', () => {
  it.each(cases)('is corrected: one $title', async ({ owner, claim, what }) => {
    const table = await olderTable([owner, claim]);
    const finding = { kind: 'wrong expiry', ids: [owner.id], what };
    expect((await examine(table, false)).kept).toEqual([{ ...finding, outcome: 'left' }]);
    expect(await table.all()).toEqual([claim, owner]);

    expect((await examine(table, true)).kept).toEqual([{ ...finding, outcome: 'repaired' }]);
    expect(await table.all()).toEqual([voucherClaim(owner), owner]);
    expect((await examine(table, true)).kept).toEqual([]);
  });

  it('is the new one if the owner gets another while it is corrected', async () => {
    const table = await olderTable([expiring, claimOf(expiring)]);
    const model = new VoucherModel(table);
    const otherWriter = () => model.update(expiring.id, { expiresAt: future + 60 });
    await examineWhile(table, 'TransactWriteItems', otherWriter, { models: vouchers });
    expect(await table.read(voucherClaimId('code'))).toMatchObject({ expiresAt: future + 60 });
  });

  it('comes with a claim that is put', async () => {
    const table = await olderTable([expiring]);
    expect((await examine(table, true)).kept).toMatchObject([{ kind: 'missing claim', outcome: 'repaired' }]);
    expect(await table.read(voucherClaimId('code'))).toEqual(voucherClaim(expiring));
  });
});

describe.concurrent('an expired entity', () => {
  it('keeps its claim: to a process whose clock is behind it may be alive', async () => {
    const table = await olderTable([expired, voucherClaim(expired)]);
    expect(await examine(table, true)).toMatchObject({ kept: [], counts: { entities: 0, claims: 1 } });
    expect(await table.all()).toEqual([voucherClaim(expired), expired]);
  });

  it('keeps its claim if it expires between two reads of the doctor', async () => {
    const table = await olderTable([expiring, voucherClaim(expiring)]);
    const expires = () => table.write({ ...expiring, expiresAt: past });
    await examineWhile(table, 'BatchGetItem', expires, { models: vouchers });
    expect(await table.read(voucherClaimId('code'))).toMatchObject({ ownerId: expiring.id });
  });

  it('keeps its claim on a value that a living entity holds too, until it is deleted', async () => {
    const holder = voucher('holder', 'code');
    const table = await olderTable([expired, voucherClaim(expired), holder]);
    const what = `code: the claim belongs to ${expired.id}, which has expired: delete it, or run again once DynamoDB has`;
    const finding = { kind: 'missing claim', ids: [holder.id], what, outcome: 'left' };
    expect((await examine(table, true)).kept).toEqual([finding]);
    expect(await table.all()).toEqual([voucherClaim(expired), expired, holder]);

    await new VoucherModel(table).delete(expired.id);
    await examine(table, true);
    expect(await table.all()).toEqual([voucherClaim(holder), holder]);
  });

  it('and a claim of another value that has expired too are left to DynamoDB', async () => {
    const alive = voucher('alive', 'code', { expiresAt: future });
    const otherClaim = { id: voucherClaimId('other'), ownerId: expired.id, expiresAt: past };
    const table = await olderTable([expired, alive, otherClaim]);
    expect((await examine(table, true)).kept).toMatchObject([{ kind: 'missing claim', ids: [alive.id] }]);
    expect(await table.all()).toEqual([voucherClaim(alive), otherClaim, alive, expired]);
  });
});
