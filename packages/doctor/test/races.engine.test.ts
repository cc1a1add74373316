import { UserModel, UserService } from '@aws-starter-kit/users';
import { describe, expect, it } from 'vitest';
import { type OlderTable, olderTable, olderUser, type RawItem } from '../../../test/older-table.js';
import { examineTable } from '../src/index.js';
import { examineWhile } from './examine-while.js';
import { declaredVouchers, voucher, voucherClaim, voucherClaimId, vouchers } from './voucher-model.js';

/** Runs the doctor beside another writer; another pass then leaves so many findings. */
async function repairWhile(
  table: OlderTable,
  operation: string,
  otherWriter: () => Promise<unknown>,
  models?: typeof vouchers,
  left = 0,
) {
  const report = await examineWhile(table, operation, otherWriter, { models });
  const { client, tableName } = table;
  expect(await examineTable({ client, tableName, models, rate: 100_000 })).toMatchObject({ left });
  return report;
}

const claimId = (email: unknown) => `UNIQUE#USER#email#${email}`;
const idsOf = async (table: OlderTable) => (await table.all()).map(({ id }) => id);
const serviceOf = (table: OlderTable) => new UserService({ model: new UserModel(table) });

describe('a repair', () => {
  it('puts no claim on an email that its owner has just released', async () => {
    const ada = olderUser('ada@example.com');
    const table = await olderTable([ada]);
    await repairWhile(table, 'TransactWriteItems', () =>
      serviceOf(table).updateUser(ada.id, { email: 'moved@example.com' }),
    );
    expect(await idsOf(table)).toEqual([claimId('moved@example.com'), ada.id]);
  });

  it('puts no claim for an entity that has just been deleted', async () => {
    const ada = olderUser('ada@example.com');
    const table = await olderTable([ada]);
    await repairWhile(table, 'TransactWriteItems', () => serviceOf(table).deleteUser(ada.id));
    expect(await idsOf(table)).toEqual([]);
  });

  it('leaves a claim alone that another entity has just acquired, and reports both', async () => {
    const ada = olderUser('Ada@Example.com'); // not found under another spelling while it has no claim
    const table = await olderTable([ada]);
    let ownerId = '';
    const otherWriter = async () => {
      const { id } = await serviceOf(table).createUser({ email: 'ada@example.com', name: 'Second' });
      ownerId = `USER#${id}`;
    };
    const { kept } = await repairWhile(table, 'TransactWriteItems', otherWriter, undefined, 1);
    expect(kept).toMatchObject([
      { kind: 'doubled value', ids: [ada.id, ownerId], what: `email: ${ownerId} has the claim` },
    ]);
    expect(await table.read(claimId('ada@example.com'))).toMatchObject({ ownerId });
  });

  it('deletes no claim whose owner has just returned to the email', async () => {
    const ada = olderUser('ada@example.com');
    const table = await olderTable([
      ada,
      { id: claimId('ada@example.com'), ownerId: ada.id },
      { id: claimId('former@example.com'), ownerId: ada.id },
    ]);
    await repairWhile(table, 'TransactWriteItems', () =>
      serviceOf(table).updateUser(ada.id, { email: 'former@example.com' }),
    );
    expect(await idsOf(table)).toEqual([claimId('former@example.com'), ada.id]);
  });

  it('writes no index key over the one of a change that came first', async () => {
    const ada = olderUser('ada@example.com', { sk1: undefined });
    const table = await olderTable([ada]);
    await repairWhile(table, 'UpdateItem', () => serviceOf(table).updateUser(ada.id, { email: 'moved@example.com' }));
    expect(await table.read(ada.id)).toMatchObject({ sk1: 'EMAIL#moved@example.com', version: 1 });
  });

  it('writes no index key over a change by a system without versions', async () => {
    const ada = olderUser('ada@example.com', { sk1: 'EMAIL#stale@example.com' });
    const table = await olderTable([ada]);
    const changed = { ...ada, email: 'moved@example.com' };
    await repairWhile(table, 'UpdateItem', () => table.write(changed));
    expect(await table.read(ada.id)).toEqual({ ...changed, sk1: 'EMAIL#moved@example.com', version: 1 });
  });

  it('increments the version, so that a change that read the stale key before starts over', async () => {
    const ada = olderUser('ada@example.com', { sk1: 'EMAIL#next@example.com' });
    const table = await olderTable([ada]);
    const { findings } = await repairWhile(table, 'UpdateItem', async () => {});
    expect(findings['wrong keys']).toEqual({ repaired: 1, left: 0 });
    const service = serviceOf(table);
    const stale = service.updateUser(ada.id, { email: 'next@example.com' }, { expectedVersion: 0 });
    await expect(stale).rejects.toMatchObject({ name: 'VersionConflictError', actualVersion: 1 });
    await service.updateUser(ada.id, { email: 'next@example.com' });
    expect(await table.read(ada.id)).toMatchObject({ sk1: 'EMAIL#next@example.com', version: 2 });
  });
});

const later = Math.floor(Date.now() / 1000) + 3600;

/**
 * Repairs that depend on the state of `owner`: each is made once, by the second attempt, if that state changes before
 * the first.
 */
const repairs = [
  {
    title: 'deletes an orphan claim',
    items: (owner: RawItem) => [owner, voucherClaim(owner), { id: voucherClaimId('former'), ownerId: owner.id }],
    kind: 'orphan claim',
  },
  {
    title: 'corrects the expiry of a claim',
    items: (owner: RawItem) => [owner, voucherClaim(owner, later - 60)],
    kind: 'wrong expiry',
  },
  { title: 'puts a claim', items: (owner: RawItem) => [owner], kind: 'missing claim' },
] as const;

const changes = [
  { version: 2 },
  { _writeId: 'another' },
  { _fence: 2 },
  { _fence: undefined },
  { expiresAt: later + 60 },
  { expiresAt: undefined },
];

describe.each(repairs)('a repair that $title', ({ items, kind }) => {
  it.each(changes)('is a no-op if its owner has changed since it was read: %j', async (change) => {
    const owner = voucher('owner', 'current', { expiresAt: later, _writeId: 'one', _fence: 1 });
    const table = await olderTable(items(owner));
    const changed = defined({ ...owner, ...change });
    const writeBoth = () => table.write(changed, ...(kind === 'orphan claim' ? [voucherClaim(changed)] : []));
    const { requests, kept } = await repairWhile(table, 'TransactWriteItems', writeBoth, vouchers);
    expect(kept).toMatchObject([{ kind, outcome: 'repaired' }]);
    expect(requests).toBe(2);
    expect(await table.all()).toEqual([voucherClaim(changed), changed]);
  });
});

describe('a repair of a claim or a key', () => {
  it('deletes no claim that another entity has acquired since', async () => {
    const orphan = { id: voucherClaimId('taken'), ownerId: 'VOUCHER#gone' };
    const owner = voucher('new', 'taken');
    const table = await olderTable([orphan]);
    const otherWriter = () => table.write(owner, voucherClaim(owner));
    const { kept } = await repairWhile(table, 'TransactWriteItems', otherWriter, vouchers);
    expect(kept).toEqual([]);
    expect(await table.all()).toEqual([voucherClaim(owner), owner]);
  });

  it('deletes an orphan claim under the expiry that was read', async () => {
    const orphan = { id: voucherClaimId('orphan'), ownerId: 'VOUCHER#gone', expiresAt: later };
    const table = await olderTable([orphan]);
    const otherWriter = () => table.write({ ...orphan, expiresAt: later + 60 });
    const { requests } = await repairWhile(table, 'TransactWriteItems', otherWriter, vouchers);
    expect(requests).toBe(2);
    expect(await table.all()).toEqual([]);
  });

  it.each([
    ['declared', declaredVouchers, { version: 2 }],
    ['declared', declaredVouchers, { _writeId: 'another' }],
    ['declared', declaredVouchers, { _fence: 2 }],
    ['declared', declaredVouchers, { title: 'new' }],
    ['undeclared', vouchers, { title: 'new' }],
  ])(
    'corrects index keys of %s attributes under the whole state that they were made from',
    async (_, models, change) => {
      const item = voucher('keys', 'code', { sk1: 'TITLE#stale', title: 'old', _writeId: 'one', _fence: 1 });
      const table = await olderTable([item, voucherClaim(item)]);
      const changed: RawItem = { ...item, ...change };
      const { requests } = await repairWhile(table, 'UpdateItem', () => table.write(changed), models);
      expect(requests).toBe(2);
      const version = Number(changed.version) + 1;
      expect(await table.read(item.id)).toEqual({ ...changed, sk1: `TITLE#${changed.title}`, version });
    },
  );

  it('corrects the keys of an item with more attributes than a condition may name', async () => {
    const many = Object.fromEntries(Array.from({ length: 260 }, (_, i) => [`attribute${i}`, i]));
    const item = voucher('wide', 'code', { ...many, sk1: 'TITLE#stale' });
    const table = await olderTable([item, voucherClaim(item)]);
    await repairWhile(table, 'UpdateItem', async () => {}, vouchers);
    expect(await table.read(item.id)).toMatchObject({ sk1: 'TITLE#none', version: 2 });
  });
});

function defined(item: RawItem): RawItem {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as RawItem;
}
