import type { Fault } from '@aws-starter-kit/dynamo-faults';
import { afterEach, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { type BaseModel, DynamoModel } from '../src/index.js';
import { capturedLogger, type LogLine } from './captured-logger.js';
import {
  type Account,
  AccountModel,
  PlainModel,
  type Ticket,
  TicketModel,
  type Voucher,
  VoucherModel,
} from './models.js';
import { claimsOf, faultyTable } from './raw-table.js';
import { DocModel } from './tenants.js';

const operation = 'BatchExecuteStatement';
type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let lines: LogLine[];
let plain: PlainModel;
let accounts: AccountModel;
let vouchers: VoucherModel;
/** Models of another process: none of their requests meets a fault. */
let others: { plain: PlainModel; accounts: AccountModel; vouchers: VoucherModel };
beforeAll(async () => {
  made = await faultyTable();
  const captured = capturedLogger('INFO');
  lines = captured.lines;
  plain = new PlainModel({ ...made.table, logger: captured.logger });
  accounts = new AccountModel(made.table);
  vouchers = new VoucherModel(made.table);
  const { honest } = made;
  others = { plain: new PlainModel(honest), accounts: new AccountModel(honest), vouchers: new VoucherModel(honest) };
});
afterEach(() => made.faults.setRules([]));

let count = 0;
const times = { createdAt: '2024-01-02T03:04:05.678Z', updatedAt: '2024-02-03T04:05:06.789Z' };
const ticket = (given: { [K in keyof Ticket]?: Ticket[K] | undefined } = {}): Ticket => {
  const ref = `restore${++count}`;
  return { id: ref, ref, title: 'mine', version: 7, ...times, ...given } as Ticket;
};
const account = (given: Partial<Account> = {}): Account => {
  const email = `restore${++count}@b.c`;
  return { id: `account${count}`, email, name: 'Ada', version: 3, ...times, ...given };
};
const voucher = (given: Partial<Voucher> = {}): Voucher => ({
  ...{ id: `voucher${++count}`, status: 'open', uses: 4, version: 5, ...times },
  ...given,
});
const stored = (ids: readonly string[]) => others.plain.getByIds(ids, { consistent: true });
const taken = (index: number, attribute = 'id') => ({ index, error: { name: 'UniqueConstraintError', attribute } });
const seconds = () => Math.floor(Date.now() / 1000);

const faults: (Fault | 'no fault')[] = ['no fault', 'lost-reply', 'server-error-after-commit', 'server-error', 'reset'];
describe.each(faults)('a restore with %s', (fault) => {
  const failFirst = (name: string) => {
    if (fault !== 'no fault') made.faults.setRules([{ fault, operation: name, times: 1 } as never]);
  };

  it('writes what was deleted as it was, and a second run of it is harmless', async () => {
    const given = [ticket(), ticket({ updatedAt: undefined, version: 1 }), ticket({ version: 0 })];
    for (const run of [1, 2]) {
      failFirst(operation);
      const { success, failed } = await plain.restore(given);
      expect([run, failed]).toEqual([run, []]);
      expect(success).toEqual(JSON.parse(JSON.stringify(given)));
      expect(await stored(given.map(({ id }) => id))).toEqual(success);
    }
    expect(lines.at(-1)).toMatchObject({ operation: 'restore', count: 3, failed: 0 });
    const [first] = given;
    expect(await others.plain.update(first?.id ?? '', { title: 'x' }, { expectedVersion: 7 })).toMatchObject({
      ...{ createdAt: times.createdAt, version: 8 },
    });
  });

  it('rejects an id whose entity has another version or other attributes', async () => {
    const [same, newer, changed, free] = [ticket(), ticket(), ticket(), ticket()] as const;
    await others.plain.restore([same, newer, changed]);
    await others.plain.update(newer.id, { title: newer.title });
    const list = [same, newer, { ...changed, title: 'other' }, { ...changed, assignee: 'x' }, free];
    failFirst(operation);
    const { success, failed } = await plain.restore(list);
    expect(success).toEqual([same, free]);
    const known = fault === 'no fault' ? taken(1) : { index: 1, error: { name: 'WriteOutcomeUnknownError' } };
    expect(failed).toMatchObject([known, taken(2), taken(3)]);
    expect(await stored([newer.id, changed.id])).toMatchObject([{ version: 8 }, { title: 'mine', version: 7 }]);
  });

  it('takes claims and index keys, and rejects a value that another entity holds', async () => {
    const [first, second, third] = [account(), account(), account()] as const;
    const holder = await others.accounts.create({ email: second.email.toUpperCase(), name: 'holder' });
    failFirst('TransactWriteItems');
    const { success, failed } = await accounts.restore([first, second, third]);
    expect(success).toEqual([first, third]);
    expect(failed).toMatchObject([taken(1, 'email')]);
    expect(await claimsOf(made.raw, 'ACCOUNT')).toMatchObject({
      [`email#${first.email}`]: `ACCOUNT#${first.id}`,
      [`email#${second.email}`]: `ACCOUNT#${holder.id}`,
    });
    const { items } = await others.accounts.query({
      ...{ index: 'GSI2', pk: 'ACCOUNT' },
      sk: { eq: `CREATED#${times.createdAt}` },
    });
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining([first.id, third.id]));
    failFirst('TransactWriteItems');
    expect(await accounts.restore([third, first])).toEqual({ success: [third, first], failed: [] });
    await others.accounts.delete(first.id);
    expect(await claimsOf(made.raw, 'ACCOUNT')).not.toHaveProperty(`email#${first.email}`);
  });

  it('replaces an expired entity, a tombstone, and takes the value of an expired one', async () => {
    const [gone, undone, value] = [voucher(), voucher(), voucher({ code: `c${++count}` })] as const;
    await others.vouchers.restore([
      { ...gone, version: 6, expiresAt: seconds() - 5 },
      voucher({ code: String(value.code), expiresAt: seconds() - 5 }),
    ]);
    made.gate.hold('PutItem', { isApplied: true });
    await vouchers.create({ status: 'open', uses: 1 }, { id: undone.id });
    await others.vouchers.delete(undone.id);
    failFirst(operation);
    const { success, failed } = await vouchers.restore([gone, undone, value]);
    if (fault === 'no fault') {
      expect([success, failed]).toEqual([[gone, undone, value], []]);
      expect(await others.vouchers.getByUnique('code', value.code ?? '')).toEqual(value);
    } else {
      // of the same life, and newer: it may have been restored, updated, and expired since
      expect(failed).toMatchObject([{ index: 0, error: { name: 'WriteOutcomeUnknownError' } }]);
      expect(success).toEqual([undone, value]);
    }
    const found = await others.vouchers.getByIds([undone.id, value.id], { consistent: true });
    expect(found).toEqual([undone, value]);
  });
});

describe.each([
  ['late', { isApplied: false }],
  ['twice', { isApplied: true }],
])('an attempt of a restore without an answer that arrives %s', (_, how) => {
  it.each([2, 1])('does not bring back what was deleted since, of %s', async (size) => {
    const given = [ticket(), ticket()].slice(0, size);
    const ids = given.map(({ id }) => id);
    const deliver = made.gate.hold(size === 1 ? 'PutItem' : operation, how);
    expect((await plain.restore(given)).failed).toEqual([]);
    expect((await others.plain.batchDelete(ids)).failed).toEqual([]);
    await deliver();
    expect(await stored(ids)).toEqual(ids.map(() => null));
    await others.plain.restore(given.map((one) => ({ ...one, title: 'anew' })));
    await deliver();
    expect((await stored(ids)).map((one) => one?.title)).toEqual(ids.map(() => 'anew'));
  });
});

it('an update that was fenced does not reach an entity of the same version that was restored since', async () => {
  const given = ticket();
  await others.plain.restore([given]);
  const deliver = made.gate.hold('UpdateItem');
  expect(await plain.update(given.id, { title: 'changed' }, { expectedVersion: 7 })).toMatchObject({ version: 8 });
  await others.plain.delete(given.id);
  expect(await others.plain.restore([given])).toEqual({ success: [given], failed: [] });
  expect(await deliver()).toBe(400);
  expect(await stored([given.id])).toEqual([given]);
});

describe('a restore', () => {
  it('is throttled, and waits, and says what is not done at its deadline', async () => {
    const given = Array.from({ length: 30 }, () => ticket());
    made.faults.setRules([{ fault: 'unprocessed', operation, times: 2 }]);
    expect((await plain.restore(given)).failed).toEqual([]);
    made.faults.setRules([{ fault: 'throttle' }]);
    const { success, failed } = await plain.restore([ticket(), ticket()], { deadlineMs: 200 });
    expect(success).toEqual([]);
    expect(failed).toMatchObject([0, 1].map((index) => ({ index, error: { name: 'ThrottledError' } })));
  });

  it('by two processes at once succeeds for both', async () => {
    const given = [...Array.from({ length: 30 }, () => ticket())];
    const claiming = Array.from({ length: 10 }, () => account());
    const results = await Promise.all([
      ...[plain.restore(given), others.plain.restore(given)],
      ...[accounts.restore(claiming), others.accounts.restore(claiming)],
    ]);
    expect(results.map(({ failed }) => failed)).toEqual([[], [], [], []]);
    expect(await stored(given.map(({ id }) => id))).toEqual(given);
  });

  it('counts an entity that is given twice, and rejects one that is given twice in different states', async () => {
    const given = ticket();
    const list = [given, { ...given, id: `PLAIN#${given.id}` }, { ...given, version: 8 }];
    const { success, failed } = await plain.restore(list);
    expect(success).toEqual([given, given]);
    expect(failed).toMatchObject([taken(2)]);
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['an index key', { pk1: 'x' }, { attribute: 'pk1', reason: 'managed attribute' }],
    ['a stamp', { _writeId: 'x' }, { attribute: '_writeId', reason: 'managed attribute' }],
    ['no id', { id: undefined }, { attribute: 'id', reason: 'unsupported type' }],
    ['an empty id', { id: '' }, { attribute: 'id', reason: 'empty key' }],
    ['no version', { version: undefined }, { attribute: 'version', reason: 'no version' }],
    ['a fraction', { version: 1.5 }, { attribute: 'version', reason: 'no version' }],
    ['a negative version', { version: -1 }, { attribute: 'version', reason: 'no version' }],
    ['a time that is a number', { createdAt: 5 }, { attribute: 'createdAt', reason: 'unsupported type' }],
    ['a Date', { title: new Date() }, { attribute: 'title', reason: 'Date' }],
    ['an item that is too large', { text: 'x'.repeat(410_000) }, { name: 'ItemTooLargeError' }],
  ])('rejects %s alone', async (_, change, error) => {
    const [before, after] = [ticket(), ticket()];
    const { success, failed } = await plain.restore([before, { ...ticket(), ...change } as Ticket, after]);
    expect(success).toEqual([before, after]);
    expect(failed).toMatchObject([{ index: 1, error }]);
  });

  it('neither parses nor normalises', async () => {
    interface Member extends BaseModel {
      email: string;
    }
    class MemberModel extends DynamoModel<Member> {
      protected getEntityName() {
        return 'Strict';
      }
      protected generateId() {
        return 'x';
      }
      protected setGSIKeys() {}
      protected override schema() {
        return { email: z.email() };
      }
      protected override normalise<D extends { email?: string }>(data: D): D {
        return { ...data, ...(data.email && { email: data.email.toLowerCase() }) };
      }
    }
    const members = new MemberModel(made.table);
    const old = { id: 'old', email: 'Odd Old', extra: [1, { a: new Set(['x']) }], version: 2, ...times };
    for (const _ of [1, 2]) expect(await members.restore([old])).toEqual({ success: [old], failed: [] });
    expect(await members.getById('old')).toEqual(old);
  });

  it('recognises every kind of value that it stored', async () => {
    const extra = {
      ...{ set: new Set(['b', 'a']), numbers: new Set([3, 1, 2.5]), bytes: new Uint8Array([1, 2]), large: 2n ** 70n },
      ...{
        map: { b: 1, a: [null, true, { '': 0 }] },
        zero: -0,
        nothing: null,
        absent: undefined,
        buffer: Buffer.from('x'),
      },
    };
    delete (extra.map.a[2] as Record<string, unknown>)[''];
    const given = { ...ticket(), ...extra } as Ticket;
    for (const _ of [1, 2]) expect((await plain.restore([given, ticket()])).failed).toEqual([]);
    expect((await plain.restore([{ ...given, map: { b: 1, a: [] } } as Ticket])).failed).toMatchObject([taken(0)]);
  });

  it('writes an entity without a time of creation, also over one that has expired', async () => {
    const [free, over] = [voucher(), voucher()].map(({ createdAt: _, ...others }) => others as Voucher);
    await made.raw.put({ id: `VOUCHER#${over?.id}`, status: 'used', uses: 0, version: 1, expiresAt: 1 });
    for (const given of [free, over]) expect((await vouchers.restore([given as Voucher])).success).toEqual([given]);
    expect(await others.vouchers.getById(over?.id ?? '', { consistent: true })).toEqual(over);
  });

  it('rejects a version that no other could follow', async () => {
    const [last, next] = [Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER];
    const [given, refused] = [ticket({ version: last }), ticket({ version: next })];
    const { success, failed } = await plain.restore([given, refused]);
    expect(success).toEqual([given]);
    expect(failed).toMatchObject([{ index: 1, error: { attribute: 'version', reason: 'no version' } }]);
    expect(await plain.update(given.id, { title: 'x' })).toMatchObject({ version: next });
  });

  it('leaves its result to the caller as a copy, and moves index keys with the model', async () => {
    const tickets = new TicketModel(made.table, 'RESTORED');
    const given = ticket({ assignee: 'ada' });
    const restoring = tickets.restore([given]);
    given.title = 'changed meanwhile';
    expect((await restoring).success).toMatchObject([{ title: 'mine' }]);
    const { items } = await tickets.query({ index: 'GSI2', pk: 'RESTORED' });
    expect(items).toMatchObject([{ id: given.id, title: 'mine' }]);
    expect(await made.raw.get(`TICKET#${given.id}`)).toMatchObject({ sk2: `CHANGED#${times.updatedAt}` });
  });

  it('within a scope rejects entities of another, and ids that another has', async () => {
    const model = new DocModel(made.table, 'blind');
    const [a, b] = [model.within({ orgId: 'a' }), model.within({ orgId: 'b' })];
    const doc = (orgId: string) => ({ id: `doc${++count}`, ref: `doc${count}`, key: 'k', orgId, version: 2, ...times });
    expectTypeOf<Parameters<typeof a.restore>[0][number]>().toHaveProperty('orgId');
    const [mine, theirs, held] = [doc('a'), doc('b'), doc('b')];
    await b.restore([held]);
    const { success, failed } = await a.restore([mine, theirs, { ...held, orgId: 'a' }]);
    expect(success).toEqual([mine]);
    expect(failed).toMatchObject([
      { index: 1, error: { name: 'InvalidItemError', attribute: 'orgId', reason: 'outside the scope' } },
      taken(2),
    ]);
    expect(await b.getByIds([theirs.id, held.id])).toEqual([null, held]);
  });
});
