import { beforeAll, describe, expect, it } from 'vitest';
import { collect, VoucherModel } from './models.js';
import { faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let vouchers: VoucherModel;
beforeAll(async () => {
  made = await faultyTable();
  vouchers = new VoucherModel(made.table);
});
const now = () => Math.floor(Date.now() / 1000);
const past = () => now() - 10;
const later = () => now() + 3600;
const make = (more: { code?: string; expiresAt?: number; scope?: string } = {}) =>
  vouchers.create({ status: 'open', uses: 0, ...more });
const claim = (code: string) => made.raw.get(`UNIQUE#VOUCHER#code#${code}`);

describe('an entity that has expired', () => {
  it('is read by nobody', async () => {
    const gone = await make({ expiresAt: past(), code: 'read', scope: 'read' });
    const alive = await make({ expiresAt: later(), scope: 'read' });
    const endless = await make({ scope: 'read' });
    expect(await vouchers.getById(gone.id)).toBeNull();
    expect(await vouchers.getById(alive.id)).toMatchObject({ id: alive.id });
    expect((await vouchers.getByIds([gone.id, endless.id])).map((one) => one?.id)).toEqual([undefined, endless.id]);
    expect(await vouchers.getByUnique('code', 'read')).toBeNull();
    const query = { index: 'GSI1', pk: 'VOUCHER', sk: { eq: 'SCOPE#read' } } as const;
    const living = [alive.id, endless.id].sort();
    expect((await vouchers.query(query)).items.map(({ id }) => id).sort()).toEqual(living);
    expect(
      (await collect(vouchers.queryPages(query)))
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(living);
    expect(await vouchers.count(query)).toBe(2);
    const scanned = (await vouchers.scanAll()).filter(({ scope }) => scope === 'read');
    expect(scanned.map(({ id }) => id).sort()).toEqual(living);
  });

  it('is not changed, and not there for an update', async () => {
    const { id } = await make({ expiresAt: past(), scope: 'x' });
    expect(await vouchers.update(id, { uses: 1 })).toBeNull();
    expect(await vouchers.update(id, { scope: 'y' })).toBeNull();
    expect(await vouchers.update(id, {})).toBeNull();
    expect(await vouchers.update(id, { uses: 1 }, { expectedVersion: 1 })).toBeNull();
    expect(await made.raw.get(`VOUCHER#${id}`)).toMatchObject({ uses: 0, version: 1 });
  });

  it.each([null, 'never'])('never does where its time of expiry is %j, which no time is', async (expiresAt) => {
    const scope = `no time ${expiresAt}`;
    const keys = { pk1: 'VOUCHER', sk1: `SCOPE#${scope}` };
    const createdAt = new Date().toISOString();
    await made.raw.put({ id: `VOUCHER#${scope}`, createdAt, status: 'open', uses: 0, scope, expiresAt, ...keys });
    expect(await vouchers.getById(scope)).toMatchObject({ scope });
    expect(await vouchers.count({ index: 'GSI1', pk: 'VOUCHER', sk: { eq: `SCOPE#${scope}` } })).toBe(1);
    expect((await vouchers.scanAll()).filter((one) => one.scope === scope)).toHaveLength(1);
    expect(await vouchers.update(scope, { uses: 1 })).toMatchObject({ uses: 1 });
    expect(await vouchers.update(scope, { status: 'used' }, { increment: { uses: 1 } })).toMatchObject({ uses: 2 });
  });

  it('lives longer by an increment of a time that it has, not of none', async () => {
    const expiresAt = later();
    const { id } = await make({ expiresAt });
    const longer = { increment: { expiresAt: 60 } };
    expect(await vouchers.update(id, {}, longer)).toMatchObject({ expiresAt: expiresAt + 60 });
    const half = vouchers.update(id, {}, { increment: { expiresAt: 0.5 } });
    await expect(half).rejects.toMatchObject({ attribute: 'expiresAt', reason: 'no time in seconds' });
    const endless = await make();
    const rejected = vouchers.update(endless.id, {}, longer);
    await expect(rejected).rejects.toMatchObject({ attribute: 'expiresAt', reason: 'no counter' });
  });

  it('can be deleted before DynamoDB does', async () => {
    const { id } = await make({ expiresAt: past(), code: 'early' });
    expect(await vouchers.delete(id)).toBe(true);
    expect(await claim('early')).toBeUndefined();
  });

  it('is deleted by the create that takes over its unique value', async () => {
    const expired = await make({ expiresAt: past(), code: 'free' });
    const heir = await make({ code: 'free', expiresAt: later() });
    expect(await claim('free')).toMatchObject({ ownerId: `VOUCHER#${heir.id}` });
    expect(await vouchers.delete(expired.id)).toBe(false); // deleted together with its claim
    expect(await vouchers.getByUnique('code', 'free')).toMatchObject({ id: heir.id });
    await expect(make({ code: 'free' })).rejects.toMatchObject({ name: 'UniqueConstraintError' });
  });
});

describe('a time of expiry', () => {
  it('stands in the claims too, and moves with every change of it', async () => {
    const [first, second] = [later(), later() + 60];
    const { id } = await make({ expiresAt: first, code: 'moves' });
    expect(await claim('moves')).toEqual({
      id: 'UNIQUE#VOUCHER#code#moves',
      ownerId: `VOUCHER#${id}`,
      expiresAt: first,
    });
    await vouchers.update(id, { expiresAt: second });
    expect(await claim('moves')).toMatchObject({ expiresAt: second });
    await vouchers.update(id, {}, { increment: { expiresAt: 60 } });
    expect(await claim('moves')).toMatchObject({ expiresAt: second + 60 });
    await vouchers.update(id, { code: 'moved', expiresAt: null });
    expect(await claim('moves')).toBeUndefined();
    expect(await claim('moved')).toEqual({ id: 'UNIQUE#VOUCHER#code#moved', ownerId: `VOUCHER#${id}` });
  });

  it('costs one request where only another attribute changes', async () => {
    const { id } = await make({ expiresAt: later(), code: 'cheap' });
    const before = made.faults.requests.length;
    await vouchers.update(id, { uses: 1 });
    expect(made.faults.requests).toHaveLength(before + 1);
  });

  it.each([[Date.now()], [1.5], [-1], ['2030-01-01']])('is rejected as %j', async (expiresAt) => {
    const refusal = { name: 'InvalidItemError', attribute: 'expiresAt', reason: 'no time in seconds' };
    await expect(make({ expiresAt: expiresAt as number })).rejects.toMatchObject(refusal);
    const { id } = await make();
    await expect(vouchers.update(id, { expiresAt: expiresAt as number })).rejects.toMatchObject(refusal);
  });
});
