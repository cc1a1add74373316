import { beforeAll, describe, expect, it } from 'vitest';
import { PlainModel, ProductDynamoModel, VoucherModel } from './models.js';
import { faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let vouchers: VoucherModel;
let others: VoucherModel;
beforeAll(async () => {
  made = await faultyTable();
  vouchers = new VoucherModel(made.table);
  others = new VoucherModel(made.honest);
});
const open = (more = {}) => others.create({ status: 'open', uses: 0, ...more });
const stored = (id: string) => others.getById(id, { consistent: true });

describe('update under a condition', () => {
  it('changes what holds it, in one request, and else nothing', async () => {
    const { id } = await open();
    const before = made.faults.requests.length;
    expect(await vouchers.update(id, { status: 'used' }, { if: { status: 'open', uses: { lt: 3 } } })).toMatchObject({
      status: 'used',
      version: 2,
    });
    expect(made.faults.requests).toHaveLength(before + 1);
    const again = vouchers.update(id, { status: 'used' }, { if: { status: 'open' } });
    await expect(again).rejects.toMatchObject({ name: 'ConditionFailedError', attributes: ['status'] });
    expect(await stored(id)).toMatchObject({ version: 2 });
  });

  it('holds if one of several alternatives does, each of one test or more', async () => {
    const { id } = await open({ uses: 3 });
    const isUsed = { status: { ne: 'open' } } as const;
    for (const [other, holds] of [
      [{ uses: { lt: 3 } }, false],
      [{ uses: 3, status: 'open' }, true],
      [{ uses: 3, status: { ne: 'open' } }, false],
      [{ status: { notContains: 'x' } }, true],
    ] as const) {
      const outcome = vouchers.update(id, { status: 'open' }, { if: [isUsed, other] });
      if (holds) expect(await outcome).toMatchObject({ id });
      else await expect(outcome).rejects.toMatchObject({ name: 'ConditionFailedError' });
    }
  });

  it('holds where keys are computed anew too, whoever writes in between', async () => {
    const { id } = await open({ scope: 'a' });
    made.gate.before('UpdateItem', 1, () => others.update(id, { status: 'used' }));
    await expect(vouchers.update(id, { scope: 'b' }, { if: { status: 'open' } })).rejects.toMatchObject({
      name: 'ConditionFailedError',
    });
    made.gate.before('UpdateItem', 1, () => others.update(id, { uses: 5 }));
    expect(await vouchers.update(id, { scope: 'c' }, { if: { status: 'used' } })).toMatchObject({
      uses: 5,
      scope: 'c',
    });
  });

  it('lets one of ten racing updates through', async () => {
    const { id } = await open();
    const racing = Array.from({ length: 10 }, () =>
      others.update(id, { status: 'used' }, { if: { status: 'open' }, deadlineMs: 60_000 }),
    );
    const all = await Promise.allSettled(racing);
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('says null where there is no entity, and a version conflict before a condition', async () => {
    const { id } = await open();
    expect(await vouchers.update('none', { uses: 1 }, { if: { status: 'open' } })).toBeNull();
    const both = vouchers.update(id, { uses: 1 }, { if: { status: 'used' }, expectedVersion: 7 });
    await expect(both).rejects.toMatchObject({ name: 'VersionConflictError' });
  });

  it('takes absence for `exists: false` and for `ne`', async () => {
    const { id } = await open();
    expect(await vouchers.update(id, { uses: 1 }, { if: { code: { exists: false } } })).toMatchObject({ uses: 1 });
    expect(await vouchers.update(id, { uses: 2 }, { if: { code: { ne: 'x' } } })).toMatchObject({ uses: 2 });
    await expect(vouchers.update(id, { uses: 3 }, { if: { code: { exists: true } } })).rejects.toThrow('code');
  });

  it('recognises its own write whose reply was lost, and says unknown where another wrote since', async () => {
    const { id } = await open();
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    expect(await vouchers.update(id, { status: 'used' }, { if: { status: 'open' } })).toMatchObject({ version: 2 });
    const other = await open();
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    made.gate.before('UpdateItem', 2, () => others.update(other.id, { uses: 9 }));
    const lost = vouchers.update(other.id, { status: 'used' }, { if: { status: 'open' } });
    await expect(lost).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
    made.faults.setRules([]);
  });

  it('rejects malformed conditions before sending', async () => {
    const { id } = await open();
    const before = made.faults.requests.length;
    await expect(vouchers.update(id, {}, { if: { status: 'open' } })).rejects.toThrow('without a change');
    const managed = { if: { pk1: 'x' } } as object;
    await expect(vouchers.update(id, { uses: 1 }, managed)).rejects.toMatchObject({ name: 'InvalidItemError' });
    expect(made.faults.requests).toHaveLength(before);
  });
});

describe('increment', () => {
  it('counts each of fifty racing calls, beside a change, from nothing too', async () => {
    const plain = new PlainModel(made.honest) as unknown as VoucherModel;
    const { id } = await (plain as unknown as PlainModel).create({ ref: 'counter' });
    await Promise.all(
      Array.from({ length: 50 }, () => plain.update(id, {}, { increment: { uses: 1 }, deadlineMs: 60_000 })),
    );
    expect(await plain.update(id, { status: 'used' }, { increment: { uses: -0.5 } })).toMatchObject({
      uses: 49.5,
      status: 'used',
      version: 52,
    });
  });

  it('counts where keys are computed anew', async () => {
    const products = new ProductDynamoModel(made.table);
    const { id } = await products.create({ name: 'a', price: 1 });
    made.gate.before('UpdateItem', 1, () =>
      new ProductDynamoModel(made.honest).update(id, {}, { increment: { price: 5 } }),
    );
    expect(await products.update(id, { name: 'b' }, { increment: { price: 10 } })).toMatchObject({ price: 16 });
  });

  it('never goes below what its condition allows', async () => {
    const { id } = await open({ uses: 3 });
    const take = () => others.update(id, {}, { if: { uses: { gte: 1 } }, increment: { uses: -1 }, deadlineMs: 60_000 });
    const all = await Promise.allSettled(Array.from({ length: 8 }, take));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await stored(id)).toMatchObject({ uses: 0 });
  });

  it('is counted once though its reply was lost, and unknown where another wrote since', async () => {
    const { id } = await open();
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    expect(await vouchers.update(id, {}, { increment: { uses: 1 } })).toMatchObject({ uses: 1, version: 2 });
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    made.gate.before('UpdateItem', 2, () => others.update(id, { status: 'used' })); // before the fence
    const lost = vouchers.update(id, {}, { increment: { uses: 1 } });
    await expect(lost).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
    expect(await stored(id)).toMatchObject({ uses: 2, version: 4 });
    made.faults.setRules([]);
  });

  it('with an expected version is retried, and counted once', async () => {
    const { id } = await open();
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    const counted = await vouchers.update(id, {}, { increment: { uses: 1 }, expectedVersion: 1 });
    expect(counted).toMatchObject({ uses: 1, version: 2 });
    made.faults.setRules([]);
  });

  it('is unknown, never twice, where keys are computed anew and two others wrote since', async () => {
    const products = new ProductDynamoModel(made.table);
    const honest = new ProductDynamoModel(made.honest);
    const { id } = await honest.create({ name: 'a', price: 1 });
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    made.gate.before('UpdateItem', 2, () => honest.update(id, { name: 'x' }));
    const lost = products.update(id, { name: 'b' }, { increment: { price: 1 } });
    await expect(lost).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
    expect(await honest.getById(id, { consistent: true })).toMatchObject({ price: 2, version: 3 });
    made.faults.setRules([]);
  });

  it.each([
    ['text, of an item that is not read', { expiresAt: 9_999_999_999 }, { status: 1 }],
    ['a unique attribute', {}, { code: 1 }],
    ['text by its declaration', {}, { uses: 'x' }],
    ['not a number', {}, { uses: Number.NaN }],
    ['a managed attribute', {}, { version: 1 }],
  ])('rejects %s', async (_, changes, increment) => {
    const { id } = await open();
    const rejected = vouchers.update(id, changes, { increment: increment as object });
    await expect(rejected).rejects.toMatchObject({ name: 'InvalidItemError' });
    expect(await stored(id)).toMatchObject({ uses: 0, version: 1 });
  });

  it('rejects an increment past the exact integers, read before or not', async () => {
    const { id } = await open({ scope: 'a', uses: Number.MAX_SAFE_INTEGER - 1 });
    const error = { name: 'InvalidItemError', attribute: 'uses', reason: 'unsafe integer' };
    expect(await vouchers.update(id, {}, { increment: { uses: 1 } })).toMatchObject({ uses: Number.MAX_SAFE_INTEGER });
    for (const changes of [{}, { scope: 'b' }]) {
      await expect(vouchers.update(id, changes, { increment: { uses: 1 } })).rejects.toMatchObject(error);
    }
    const conditional = vouchers.update(id, {}, { increment: { uses: 1 }, if: { uses: { gt: 0 } } });
    await expect(conditional).rejects.toMatchObject(error);
    expect(await vouchers.update(id, {}, { increment: { uses: -1 } })).toMatchObject({
      uses: Number.MAX_SAFE_INTEGER - 1,
    });
  });

  it('counts null as absent, read before or not', async () => {
    const { id } = await open({ scope: 'a' });
    const raw = await made.raw.get(`VOUCHER#${id}`);
    for (const changes of [{}, { scope: 'b' }]) {
      await made.raw.put({ ...raw, id: `VOUCHER#${id}`, uses: null });
      expect(await vouchers.update(id, changes, { increment: { uses: 2 } })).toMatchObject({ uses: 2 });
    }
  });

  it.each([
    ['holds', 'open', { uses: 2 }],
    ['does not', 'used', { uses: null }],
  ] as const)('counts null as absent also under a condition, which %s', async (_, status, expected) => {
    const { id } = await open();
    const raw = await made.raw.get(`VOUCHER#${id}`);
    await made.raw.put({ ...raw, id: `VOUCHER#${id}`, uses: null });
    const counted = vouchers.update(id, {}, { increment: { uses: 2 }, if: { status } });
    if (status === 'open') await counted;
    else await expect(counted).rejects.toMatchObject({ name: 'ConditionFailedError' });
    expect(await made.raw.get(`VOUCHER#${id}`)).toMatchObject(expected);
  });

  it('leaves a number of another writer that is too big for one, and changes what is beside it', async () => {
    const { id } = await open({ scope: 'a' });
    const raw = await made.raw.get(`VOUCHER#${id}`);
    await made.raw.put({ ...raw, id: `VOUCHER#${id}`, big: 2n ** 60n });
    expect(await vouchers.update(id, { scope: 'b' })).toMatchObject({ scope: 'b' });
    expect(await made.raw.get(`VOUCHER#${id}`)).toMatchObject({ big: 2n ** 60n, sk1: 'SCOPE#b' });
  });

  it('rejects an attribute that holds text, read before or not', async () => {
    const { id } = await open({ scope: 'a' });
    for (const changes of [{}, { scope: 'b' }]) {
      const rejected = vouchers.update(id, changes, { increment: { status: 1 } as object });
      await expect(rejected).rejects.toMatchObject({
        name: 'InvalidItemError',
        attribute: 'status',
        reason: 'no counter',
      });
    }
  });
});

it('types take own attributes only, conditions of their kind, and count numbers alone', () => {
  const typed = () => [
    vouchers.update('x', {}, { if: { status: { in: ['open', 'used'] } }, increment: { uses: 1, expiresAt: 60 } }),
    // @ts-expect-error no such status
    vouchers.update('x', {}, { if: { status: 'lost' } }),
    // @ts-expect-error no number
    vouchers.update('x', {}, { increment: { status: 1 } }),
    vouchers.update('x', {}, { if: { version: { lt: 3 }, createdAt: { gte: '2024' } } }),
    // @ts-expect-error managed
    vouchers.update('x', {}, { if: { pk1: 'x' } }),
    // @ts-expect-error a number is compared with a number
    vouchers.update('x', {}, { if: { uses: { gte: '1' } } }),
  ];
  expect(typed).toBeTypeOf('function');
});
