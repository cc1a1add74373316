import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { type DynamoModelOptions, transact } from '../src/index.js';
import { type Account, AccountModel, PlainModel, type Ticket, VoucherModel } from './models.js';
import { faultyTable } from './raw-table.js';

type Made = Awaited<ReturnType<typeof faultyTable>>;
let made: Made;
let accounts: AccountModel;
let plain: PlainModel;
let vouchers: VoucherModel;
/** They reach the table without faults. */
let others: { accounts: AccountModel; plain: PlainModel; vouchers: VoucherModel };

const modelsOf = (options: DynamoModelOptions) => ({
  accounts: new AccountModel(options),
  plain: new PlainModel(options),
  vouchers: new VoucherModel(options),
});

beforeEach(async () => {
  made ??= await faultyTable();
  made.faults.setRules([]);
  ({ accounts, plain, vouchers } = modelsOf(made.table));
  others = modelsOf(made.honest);
});

const person = () => ({ email: `${randomUUID()}@example.com`, name: 'Ada' });
const records = () => made.raw.items('ONCE#');
const mismatch = { name: 'IdempotencyMismatchError', code: 'IDEMPOTENCY_MISMATCH' };
/** As if 24 hours had passed. */
const expireRecords = async () => {
  for (const record of await records()) await made.raw.put({ ...record, expiresAt: 1 });
};

describe('a create under a key', () => {
  it('writes once, and a repetition returns the entity as it is now', async () => {
    const once = randomUUID();
    const data = person();
    const created = await accounts.create(data, { once });
    expectTypeOf(created).toEqualTypeOf<Account | null>();
    expectTypeOf(await accounts.create(person())).toEqualTypeOf<Account>();
    const renamed = await accounts.update(created?.id ?? '', { name: 'Grace' });
    expect(await accounts.create({ name: data.name, email: data.email }, { once })).toEqual(renamed);
    expect(await accounts.query({ index: 'GSI1', pk: 'ACCOUNT', sk: { eq: `EMAIL#${data.email}` } })).toMatchObject({
      items: [renamed],
    });
    await accounts.delete(created?.id ?? '');
    expect(await accounts.create(data, { once })).toBeNull();
  });

  it('closes the hole of entities without unique attributes: equal creates at once give one', async () => {
    const once = randomUUID();
    const voucher = { status: 'open', uses: 0 } as const;
    const all = await Promise.all(
      Array.from({ length: 10 }, () => vouchers.create(voucher, { once, deadlineMs: 60_000 })),
    );
    expect(new Set(all.map((one) => one?.id)).size).toBe(1);
  });

  it('rejects the key of another call, and writes nothing', async () => {
    const once = randomUUID();
    const ref = randomUUID();
    await plain.create({ ref, title: 'one' }, { once });
    for (const attempt of [
      () => plain.create({ ref, title: 'two' }, { once }),
      () => plain.create({ ref, title: 'one' }, { once, id: 'given' }),
      () => plain.update(ref, { title: 'one' }, { once }),
      () => plain.delete(ref, { once }),
      () => transact([plain.creating({ ref, title: 'one' }), plain.creating({ ref: 'x' })], { once }),
    ])
      await expect(attempt()).rejects.toMatchObject(mismatch);
    expect(await plain.getById(ref, { consistent: true })).toMatchObject({ title: 'one', version: 1 });
  });

  it('that failed leaves its key free', async () => {
    const once = randomUUID();
    const data = person();
    const holder = await accounts.create(data);
    await expect(accounts.create(data, { once })).rejects.toMatchObject({ attribute: 'email' });
    await accounts.delete(holder.id);
    expect(await accounts.create(data, { once })).toMatchObject(data);
  });

  it('after its record has expired is a new call', async () => {
    const [once, ref] = [randomUUID(), randomUUID()];
    await plain.create({ ref }, { once });
    await expireRecords();
    await expect(plain.create({ ref }, { once })).rejects.toMatchObject({ attribute: 'id' });
    await plain.delete(ref);
    expect(await plain.create({ ref }, { once })).toMatchObject({ version: 1 });
  });

  it('needs a key', async () => {
    for (const once of ['', '\ud800', 7 as never, null as never])
      await expect(plain.create({ ref: 'never' }, { once })).rejects.toThrow(
        'once takes a key: text that is not empty',
      );
  });
});

describe('an update and a delete under a key', () => {
  it('are applied once, and answer as they did', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const [once, removal] = [randomUUID(), randomUUID()];
    const use = () => vouchers.update(id, {}, { increment: { uses: 1 }, if: { uses: { lt: 1 } }, once });
    expect(await use()).toMatchObject({ uses: 1, version: 2 });
    expect(await use()).toMatchObject({ uses: 1, version: 2 });
    await vouchers.update(id, { status: 'used' });
    expect(await use()).toMatchObject({ uses: 1, status: 'used', version: 3 });
    const remove = () => vouchers.delete(id, { expectedVersion: 3, once: removal });
    expect(await remove()).toBe(true);
    expect(await remove()).toBe(true);
    expect(await use()).toBeNull();
  });

  it('of nothing are not remembered', async () => {
    const once = randomUUID();
    const ref = randomUUID();
    for (const id of [ref, '']) {
      expect(await plain.update(id, { title: 'x' }, { once })).toBeNull();
      expect(await plain.delete(id, { once })).toBe(false);
    }
    await plain.create({ ref });
    expect(await plain.update(ref, { title: 'x' }, { once })).toMatchObject({ title: 'x' });
  });

  it('reject as they do without a key', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const once = () => ({ once: randomUUID() });
    await expect(vouchers.update(id, { uses: 1 }, { ...once(), expectedVersion: 7 })).rejects.toMatchObject({
      name: 'VersionConflictError',
    });
    const conditional = vouchers.delete(id, { ...once(), if: { status: 'used' } });
    await expect(conditional).rejects.toMatchObject({ name: 'ConditionFailedError' });
  });

  it('give the answer of the first call before any rejection', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const once = randomUUID();
    const update = () => vouchers.update(id, { status: 'used' }, { expectedVersion: 1, once });
    await update();
    expect(await update()).toMatchObject({ status: 'used', version: 2 });
    await vouchers.delete(id);
    expect(await update()).toBeNull();
  });
});

describe('a transaction under a key', () => {
  it('gives its results again, by position', async () => {
    const [once, a, b] = [randomUUID(), randomUUID(), randomUUID()];
    await plain.create({ ref: a });
    const call = () =>
      transact(
        [
          plain.creating({ ref: b }),
          plain.updating(a, { title: 'x' }, { returns: 'none' }),
          plain.deleting('nobody'),
          vouchers.creating({ status: 'open', uses: 0 }),
        ],
        { once },
      );
    const first = await call();
    expectTypeOf(first[0]).toEqualTypeOf<Ticket | null>();
    expectTypeOf(first[1]).toEqualTypeOf<undefined>();
    expectTypeOf(first[2]).toEqualTypeOf<boolean>();
    expect(first).toMatchObject([{ ref: b }, undefined, false, { status: 'open' }]);
    expect(await call()).toEqual(first);
    await plain.delete(b);
    expect(await call()).toEqual([null, ...first.slice(1)]);
    expect(await plain.getById(a, { consistent: true })).toMatchObject({ title: 'x', version: 2 });
  });

  it('counts up a contended parent once for each key', async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 0 });
    const count = (once: string) =>
      transact([vouchers.updating(id, {}, { increment: { uses: 1 }, returns: 'none' })], { once });
    const keys = Array.from({ length: 10 }, () => randomUUID());
    await Promise.all([...keys, ...keys].map(count));
    expect(await vouchers.getById(id, { consistent: true })).toMatchObject({ uses: 10 });
  });

  it('without parts writes nothing', async () => {
    expect(await transact([], { once: randomUUID() })).toEqual([]);
  });
});

describe('a key', () => {
  it('within a scope is another one than outside, or in another scope', async () => {
    const once = randomUUID();
    const refs: (string | undefined)[] = [];
    for (const model of [plain, plain.within({ title: 'a' }), plain.within({ title: 'b' })] as PlainModel[])
      refs.push((await model.create({ ref: randomUUID() }, { once }))?.ref);
    expect(new Set(refs).size).toBe(3);
    const scoped = plain.within({ title: 'a' });
    const update = () => scoped.update(refs[1] ?? '', { text: 'x' }, { once: `${once}-x` });
    expect(await update()).toMatchObject({ text: 'x', version: 2 });
    expect(await update()).toMatchObject({ version: 2 });
    expect(await scoped.delete(refs[1] ?? '', { once: `${once}-y` })).toBe(true);
  });

  it('is of the scope of each part: parts that changed their scopes are another call', async () => {
    const [once, one, two] = [randomUUID(), randomUUID(), randomUUID()];
    const [a, b] = [plain.within({ title: 'a' }), plain.within({ title: 'b' })];
    await transact([a.creating({ ref: one }), b.creating({ ref: two })], { once });
    const exchanged = transact([b.creating({ ref: one }), a.creating({ ref: two })], { once });
    await expect(exchanged).rejects.toMatchObject(mismatch);
  });

  it('within a scope is taken by every write', async () => {
    const [once, ref] = [randomUUID(), randomUUID()];
    const scoped = plain.within({ title: 'a' });
    await scoped.create({ ref });
    const update = () => scoped.update(ref, { text: 'x' }, { once });
    await update();
    expect(await update()).toMatchObject({ text: 'x', version: 2 });
    expect(await scoped.delete(ref, { once: randomUUID() })).toBe(true);
  });

  it('is stored as a digest, beside what was written, and its record expires after 24 hours', async () => {
    const before = (await records()).map(({ id }) => id);
    const { id } = (await vouchers.create({ status: 'open', uses: 0 }, { once: 'secret of a client' })) ?? { id: '' };
    const [record] = (await records()).filter((one) => !before.includes(one.id));
    expect(record).toEqual({
      id: expect.stringMatching(/^ONCE#[0-9a-f]{64}$/),
      call: expect.stringMatching(/^[\w+/]{43}=$/),
      attempt: expect.any(String),
      results: [`VOUCHER#${id}`],
      expiresAt: expect.closeTo(Date.now() / 1000 + 24 * 60 * 60, -1),
    });
  });

  it('is of the call as given: the order of attributes and of the elements of sets does not matter', async () => {
    const once = randomUUID();
    const first = { ref: randomUUID(), title: 'x', tags: new Set(['a', 'b']) };
    const second = { tags: new Set(['b', 'a']), title: 'x', assignee: undefined, ref: first.ref };
    await plain.create(first, { once, deadlineMs: 4000 });
    expect(await plain.create(second as never, { once, signal: new AbortController().signal })).toMatchObject({
      title: 'x',
      version: 1,
    });
  });
});

describe('after a lost answer', () => {
  const faults = ['lost-reply', 'server-error-after-commit'] as const;
  it.each(faults)('(%s) the call answers, and its repetition by another process writes nothing', async (fault) => {
    const once = randomUUID();
    const voucher = { status: 'open', uses: 0 } as const;
    made.faults.setRules([{ fault, operation: 'TransactWriteItems', times: 1 }]);
    const created = await vouchers.create(voucher, { once });
    await made.faults.settled();
    expect(await others.vouchers.create(voucher, { once })).toEqual(created);
  });

  it.each([true, false])(
    'whose outcome stays unknown, the repetition decides (first one applied: %s)',
    async (isApplied) => {
      const once = randomUUID();
      const before = (await made.raw.items('VOUCHER#')).length;
      const voucher = { status: 'open', uses: 0 } as const;
      const deliver = made.gate.hold('TransactWriteItems', { isApplied });
      const crash = new AbortController();
      made.gate.before('TransactWriteItems', 1, async () => crash.abort(new Error('crash')));
      const first = vouchers.create(voucher, { once, signal: crash.signal });
      await expect(first).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
      const second = await others.vouchers.create(voucher, { once });
      expect(second).toMatchObject(voucher);
      await deliver();
      expect(await others.vouchers.create(voucher, { once })).toEqual(second);
      expect((await made.raw.items('VOUCHER#')).length).toBe(before + 1);
    },
  );
});

it('a repetition that cannot read what was written does not say that nothing was', async () => {
  const once = randomUUID();
  const create = (deadlineMs: number) => vouchers.create({ status: 'open', uses: 0 }, { once, deadlineMs });
  const created = await create(5000);
  made.faults.setRules([{ fault: 'throttle', operation: 'BatchGetItem' }]);
  await expect(create(1000)).rejects.toMatchObject({
    name: 'WriteOutcomeUnknownError',
    cause: { name: 'ThrottledError' },
  });
  made.faults.setRules([]);
  expect(await create(5000)).toEqual(created);
});

describe('the cost', () => {
  const cost = async (work: () => Promise<unknown>) => {
    const before = made.faults.requests.length;
    await work();
    return made.faults.requests.slice(before).map(({ operation }) => operation);
  };

  it('is a transaction; a repetition reads the entity besides', async () => {
    const once = randomUUID();
    const create = () => vouchers.create({ status: 'open', uses: 0 }, { once });
    expect(await cost(create)).toEqual(['TransactWriteItems']);
    expect(await cost(create)).toEqual(['TransactWriteItems', 'BatchGetItem']);
  });
});
