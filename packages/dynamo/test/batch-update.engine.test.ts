import type { Fault } from '@aws-starter-kit/dynamo-faults';
import { afterEach, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { AccountModel, PlainModel, ProductDynamoModel, type Ticket, VoucherModel } from './models.js';
import { DocModel as LogModel } from './operator-models.js';
import { claimsOf, faultyTable } from './raw-table.js';
import { DocModel } from './tenants.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let lines: LogLine[];
const modelsOn = (options: ConstructorParameters<typeof PlainModel>[0]) => ({
  plain: new PlainModel(options),
  accounts: new AccountModel(options),
  vouchers: new VoucherModel(options),
  products: new ProductDynamoModel(options),
  logs: new LogModel(options),
});
let mine: ReturnType<typeof modelsOn>;
/** Models of another process: none of their requests meets a fault. */
let others: ReturnType<typeof modelsOn>;
beforeAll(async () => {
  made = await faultyTable({ seed: 5 });
  const captured = capturedLogger('INFO');
  lines = captured.lines;
  mine = modelsOn({ ...made.table, logger: captured.logger });
  others = modelsOn(made.honest);
});
afterEach(() => made.faults.setRules([]));

let count = 0;
async function newIds(n: number): Promise<string[]> {
  const list = Array.from({ length: n }, () => ({ ref: `update${++count}`, title: 'old' }));
  return (await others.plain.batchCreate(list)).success.map(({ id }) => id);
}
async function newVouchers(n: number, uses = 0): Promise<string[]> {
  const list = Array.from({ length: n }, () => ({ status: 'open' as const, uses }));
  return (await others.vouchers.batchCreate(list)).success.map(({ id }) => id);
}
const stored = (ids: readonly string[]) => others.plain.getByIds(ids, { consistent: true });
const usesOf = async (ids: readonly string[]) =>
  (await others.vouchers.getByIds(ids, { consistent: true })).map((one) => one?.uses);
async function requestsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = { ...made.faults.counts };
  await work();
  const during = Object.entries(made.faults.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return Object.fromEntries(during.filter(([, n]) => n > 0));
}
const notFound = (id: string) => ({ id, error: { name: 'EntityNotFoundError', id } });

/** The machine may be busy with something else. */
const patience = { deadlineMs: 60_000 };

describe('batchUpdate', () => {
  it('updates each entity once, by one request, and reports absent ids; an id given twice counts once', async () => {
    const ids = await newIds(120);
    const [first = '', second = ''] = ids;
    const long = 'x'.repeat(3000);
    const requests = await requestsOf(async () => {
      const given = [...ids, first, `PLAIN#${second}`, 'absent', '', long];
      const { success, failed } = await mine.plain.batchUpdate(given, { title: 'new' }, patience);
      expectTypeOf(success).toEqualTypeOf<Ticket[]>();
      expect(success.map(({ id, title, version }) => [id, title, version])).toEqual(ids.map((id) => [id, 'new', 2]));
      expect(failed).toMatchObject([notFound('absent'), notFound(''), notFound(long)]);
      expect(await stored(ids)).toEqual(success);
    });
    expect(requests).toEqual({ UpdateItem: 121 });
    expect(lines.at(-1)).toMatchObject({ operation: 'batchUpdate', count: 123, failed: 3, requests: 121 });
    expect(lines.at(-1)?.written).toHaveLength(120);
    expect(lines.at(-1)?.written).toContainEqual({ entity: 'Plain', id: first, versionBefore: 1, versionAfter: 2 });
  });

  it('of nothing sends nothing', async () => {
    expect(await requestsOf(() => mine.plain.batchUpdate([], { title: 'x' }))).toEqual({});
    expect(await mine.plain.batchUpdate([], { title: 'x' })).toEqual({ success: [], failed: [] });
  });

  it('has a bounded number of requests in flight', async () => {
    const { faults, table } = await faultyTable();
    const model = new PlainModel(table);
    faults.setRules([{ fault: 'latency', ms: 10 }]);
    const ids = Array.from({ length: 150 }, (_, i) => `none${i}`);
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, faults.requests.filter(({ endedAt }) => endedAt === undefined).length);
    }, 1);
    const { failed } = await model.batchUpdate(ids, { title: 'x' });
    clearInterval(timer);
    expect(failed).toHaveLength(150);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
  });

  it('takes conditions, operators and an expected version, for each entity by itself', async () => {
    const [open = '', used = '', empty = ''] = await newVouchers(3, 2);
    await others.vouchers.update(used, { status: 'used' });
    await others.vouchers.update(empty, { uses: 0 });
    const rules = { if: { status: 'open', uses: { gte: 1 } }, increment: { uses: -1 } } as const;
    const sold = await mine.vouchers.batchUpdate([open, used, empty], {}, rules);
    expect(sold.success).toMatchObject([{ id: open, uses: 1, version: 2 }]);
    expect(sold.failed).toMatchObject([used, empty].map((id) => ({ id, error: { name: 'ConditionFailedError' } })));
    const versioned = await mine.vouchers.batchUpdate([open, used], { status: 'used' }, { expectedVersion: 2 });
    expect(versioned).toMatchObject({ success: [{ id: open }, { id: used }], failed: [] });
    const late = await mine.vouchers.batchUpdate([open], { status: 'open' }, { expectedVersion: 2 });
    expect(late.failed).toMatchObject([{ id: open, error: { name: 'VersionConflictError', actualVersion: 3 } }]);
  });

  it('rejects changes that no entity could have, before anything is sent', async () => {
    const ids = await newIds(2);
    const requests = await requestsOf(async () => {
      const dated = mine.plain.batchUpdate(ids, { title: new Date() as never });
      await expect(dated).rejects.toMatchObject({ name: 'InvalidItemError', reason: 'Date' });
      const overlap = mine.vouchers.batchUpdate(ids, { uses: 1 }, { increment: { uses: 1 } });
      await expect(overlap).rejects.toBeInstanceOf(TypeError);
      const managed = mine.plain.batchUpdate(ids, { version: 1 } as never);
      await expect(managed).rejects.toMatchObject({ name: 'InvalidItemError', reason: 'managed attribute' });
    });
    expect(requests).toEqual({});
  });

  it('takes what it is given as it was at the call', async () => {
    const ids = await newIds(30);
    const [given, changes] = [[...ids], { title: 'new' }];
    const updating = mine.plain.batchUpdate(given, changes);
    given.length = 0;
    changes.title = 'changed meanwhile';
    expect((await updating).success.map(({ title }) => title)).toEqual(ids.map(() => 'new'));
  });

  it('computes keys and moves claims, and gives a unique value to one', async () => {
    const list = Array.from({ length: 3 }, () => ({ email: `batch${++count}@b.c`, name: 'x' }));
    const { success: before } = await others.accounts.batchCreate(list);
    const ids = before.map(({ id }) => id);
    const email = `batch${++count}@b.c`;
    const { success, failed } = await mine.accounts.batchUpdate(ids, { email });
    expect(success).toMatchObject([{ email, version: 2 }]);
    expect(failed.map(({ error }) => error)).toMatchObject([1, 2].map(() => ({ name: 'UniqueConstraintError' })));
    const claims = await claimsOf(made.raw, 'ACCOUNT');
    expect(claims[`email#${email}`]).toBe(`ACCOUNT#${success[0]?.id}`);
    const lost = before.find(({ id }) => id === success[0]?.id);
    expect(claims).not.toHaveProperty(`email#${lost?.email}`);
    for (const { id, email: kept } of before)
      if (id !== lost?.id) expect(claims[`email#${kept}`]).toBe(`ACCOUNT#${id}`);
    const products = [
      await others.products.create({ name: 'a', price: 1 }),
      await others.products.create({ name: 'b', price: 1 }),
    ];
    const renamed = await mine.products.batchUpdate(
      products.map(({ id }) => id),
      { name: 'renamed' },
    );
    expect(renamed.failed).toEqual([]);
    const { items } = await others.products.query({ index: 'GSI1', pk: 'PRODUCT', sk: { eq: 'NAME#renamed' } });
    expect(items.map(({ id }) => id).sort()).toEqual(products.map(({ id }) => id).sort());
  });

  it('takes expired entities for absent, and can let entities expire', async () => {
    const [gone = '', live = ''] = await newVouchers(2);
    const past = Math.floor(Date.now() / 1000) - 1;
    await others.vouchers.update(gone, { expiresAt: past });
    expect(await mine.vouchers.batchUpdate([gone, live], { expiresAt: past })).toMatchObject({
      ...{ success: [{ id: live, expiresAt: past }], failed: [notFound(gone)] },
    });
    expect(await others.vouchers.getById(live)).toBeNull();
  });

  it('within a scope takes entities of another for absent, and cannot move one out', async () => {
    for (const variant of ['blind', 'reading', 'claiming'] as const) {
      const model = new DocModel(made.table, variant);
      const [a, b] = [model.within({ orgId: 'a' }), model.within({ orgId: 'b' })];
      const doc = () => ({ ref: `doc${++count}`, key: `key${count}` });
      const [own, theirs] = [await a.create(doc()), await b.create({ ...doc(), title: 'theirs' })];
      expect(await a.batchUpdate([theirs.id, own.id], { title: 'mine' })).toMatchObject({
        ...{ success: [{ id: own.id, title: 'mine' }], failed: [notFound(theirs.id)] },
      });
      expect(await b.getById(theirs.id, { consistent: true })).toEqual(theirs);
      // @ts-expect-error the scope does not change
      const moving = a.batchUpdate([own.id], { orgId: 'b' });
      await expect(moving).rejects.toMatchObject({ name: 'InvalidItemError', reason: 'outside the scope' });
    }
  });

  it('counts each increment of two processes at once', async () => {
    const ids = await newVouchers(20);
    const increment = { increment: { uses: 1 } };
    const results = await Promise.all(
      [mine, others, mine, others].map(({ vouchers }) => vouchers.batchUpdate(ids, {}, { ...increment, ...patience })),
    );
    expect(results.map(({ failed }) => failed)).toEqual([[], [], [], []]);
    expect(await usesOf(ids)).toEqual(ids.map(() => 4));
  });
});

const faults: Fault[] = ['lost-reply', 'server-error-after-commit', 'server-error', 'reset'];
describe.each(faults)('batchUpdate with a %s', (fault) => {
  it('is applied once to each entity, by increments and appends too', async () => {
    const ids = await newIds(20);
    made.faults.setRules([{ fault, operation: 'UpdateItem', times: 3 } as never]);
    const { success, failed } = await mine.plain.batchUpdate(ids, { title: 'new' });
    expect(failed).toEqual([]);
    expect(success).toEqual(await stored(ids));
    expect(success.every(({ version, title }) => version === 2 && title === 'new')).toBe(true);

    const counted = await newVouchers(20);
    made.faults.setRules([{ fault, operation: 'UpdateItem', times: 3 } as never]);
    const result = await mine.vouchers.batchUpdate(counted, {}, { increment: { uses: 1 } });
    const unknown = result.failed.map(({ error }) => error.name);
    expect(unknown.every((name) => name === 'WriteOutcomeUnknownError')).toBe(true);
    const isDone = new Set(result.success.map(({ id }) => id));
    const uses = await usesOf(counted);
    expect(uses.every((n, i) => n === 1 || (n === 0 && !isDone.has(counted[i] ?? '')))).toBe(true);
    if (fault === 'lost-reply' || fault === 'server-error-after-commit') expect(unknown).toEqual([]);
    const written = (lines.at(-1)?.written ?? []) as object[];
    const notes = written.filter((one) => 'isUncertain' in one);
    expect(notes).toHaveLength(unknown.length);
  });

  it('moves claims once', async () => {
    const code = `code${++count}`;
    const [first = '', second = ''] = await newVouchers(2);
    await others.vouchers.update(first, { code });
    made.faults.setRules([{ fault, operation: 'TransactWriteItems', times: 1 } as never]);
    const { success, failed } = await mine.vouchers.batchUpdate([first, second], { code: `${code}-new` });
    expect([success.length, failed.length]).toEqual([1, 1]);
    expect(failed).toMatchObject([{ error: { name: 'UniqueConstraintError', attribute: 'code' } }]);
    const claims = await claimsOf(made.raw, 'VOUCHER');
    expect(claims[`code#${code}-new`]).toBe(`VOUCHER#${success[0]?.id}`);
  });
});

describe.each([
  ['late', { isApplied: false }],
  ['twice', { isApplied: true }],
])('an attempt of batchUpdate without an answer that arrives %s', (_, how) => {
  it('does not overwrite what others stored since, nor reach a second life', async () => {
    const ids = await newIds(1);
    const [id = ''] = ids;
    const deliver = made.gate.hold('UpdateItem', how);
    expect((await mine.plain.batchUpdate(ids, { title: 'mine' })).failed).toEqual([]);
    await others.plain.update(id, { title: 'theirs' });
    expect(await deliver()).toBe(400);
    expect(await stored(ids)).toMatchObject([{ title: 'theirs', version: 3 }]);
    await others.plain.delete(id);
    await others.plain.create({ ref: id, title: 'anew' });
    expect(await deliver()).toBe(400);
    expect(await stored(ids)).toMatchObject([{ title: 'anew', version: 1 }]);
  });

  it('does not append twice', async () => {
    const { id } = await others.logs.create({ log: ['a'], meta: { text: 'x' } });
    const deliver = made.gate.hold('UpdateItem', how);
    const { success, failed } = await mine.logs.batchUpdate([id], {}, { append: { log: ['b'] } });
    if (how.isApplied) expect(success).toMatchObject([{ log: ['a', 'b'] }]);
    else expect(failed).toMatchObject([{ id, error: { name: 'WriteOutcomeUnknownError' } }]);
    await deliver();
    const { log } = (await others.logs.getById(id, { consistent: true })) ?? {};
    expect(log).toEqual(how.isApplied ? ['a', 'b'] : ['a']);
  });
});

describe('batchUpdate on a bad day', () => {
  it('waits where it is throttled, and says what is not done at its deadline', async () => {
    const ids = await newIds(30);
    made.faults.setRules([{ fault: 'throttle', operation: 'UpdateItem', times: 10 }]);
    expect((await mine.plain.batchUpdate(ids, { title: 'new' })).failed).toEqual([]);
    made.faults.setRules([{ fault: 'throttle', operation: 'UpdateItem' }]);
    const { success, failed } = await mine.plain.batchUpdate(ids, { title: 'never' }, { deadlineMs: 200 });
    expect(success).toEqual([]);
    expect(failed.map(({ id }) => id)).toEqual(ids);
    // on a busy machine the deadline may pass before the first answer
    for (const { error } of failed) expect(error.name).toMatch(/^(ThrottledError|DeadlineExceededError)$/);
    expect(failed.some(({ error }) => error.name === 'ThrottledError')).toBe(true);
    expect((await stored(ids)).map((one) => one?.title)).toEqual(ids.map(() => 'new'));
  });

  it('sends nothing more after an abort, and gives each entity that was not updated the reason', async () => {
    const ids = await newIds(60);
    const controller = new AbortController();
    const reason = new Error('enough');
    made.gate.before('UpdateItem', 20, async () => controller.abort(reason));
    const { success, failed } = await mine.plain.batchUpdate(ids, { title: 'new' }, { signal: controller.signal });
    expect(success.length + failed.length).toBe(60);
    const untouched = failed.filter(({ error }) => error === reason).map(({ id }) => id);
    expect(untouched.length).toBeGreaterThan(20);
    const titles = new Map((await stored(ids)).map((one) => [one?.id, one?.title]));
    expect(untouched.filter((id) => titles.get(id) !== 'old')).toEqual([]);
    expect(success.filter(({ id }) => titles.get(id) !== 'new')).toEqual([]);
  });
});
