import { beforeAll, describe, expect, it } from 'vitest';
import type { FreshTable } from '../../../test/fresh-table.js';
import { AccountModel, MemberModel, TicketModel } from './models.js';
import { claimsOf, faultyTable } from './raw-table.js';

let table: FreshTable;
let raw: Awaited<ReturnType<typeof faultyTable>>['raw'];
let faults: Awaited<ReturnType<typeof faultyTable>>['faults'];
let tickets: TicketModel;
let accounts: AccountModel;
beforeAll(async () => {
  ({ table, raw, faults } = await faultyTable());
  tickets = new TicketModel(table);
  accounts = new AccountModel(table);
});
/** Requests that `work` sends, by operation. */
async function requestsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = { ...faults.counts };
  await work();
  const during = Object.entries(faults.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return Object.fromEntries(during.filter(([, n]) => n > 0));
}
const numbered = (n: number, prefix: string) => Array.from({ length: n }, (_, i) => `${prefix}-${i}`);

describe('batchCreate', () => {
  it.each([
    ['a name that cannot be sent', { '\ud800': 1 }, 'invalid Unicode'],
    ['a map that the SDK takes for a class', { constructor: 'x' }, 'reserved name'],
  ])('fails for one item by %s, and makes its neighbours', async (_, assignee, reason) => {
    const refs = ['before', 'bad', 'after'].map((ref) => `${reason} ${ref}`);
    const list = refs.map((ref) => ({ ref, ...(ref.endsWith('bad') && { assignee: assignee as never }) }));
    const { success, failed } = await tickets.batchCreate(list);
    expect(success.map(({ id }) => id)).toEqual([refs[0], refs[2]]);
    expect(failed).toMatchObject([{ index: 1, error: { name: 'InvalidItemError', reason } }]);
  });
});

describe('getByIds', () => {
  it('answers 250 ids by position, 100 in a request, duplicates and unknown ones among them', async () => {
    const refs = numbered(60, 'get');
    await raw.putAll(refs.map((ref) => ({ id: `TICKET#${ref}`, ref })));
    const ids = Array.from({ length: 250 }, (_, i) => (i < 180 ? `get-${i}` : `TICKET#get-${i % 60}`));
    const requests = await requestsOf(async () => {
      const found = await tickets.getByIds(ids);
      expect(found.map((one) => one?.id ?? null)).toEqual(
        ids.map((_, i) => (i < 60 ? `get-${i}` : i < 180 ? null : `get-${i % 60}`)),
      );
    });
    expect(requests).toEqual({ BatchGetItem: 2 });
    expect(await requestsOf(() => tickets.getByIds([]))).toEqual({});
  });

  it('never takes what is unprocessed for missing', async () => {
    const refs = numbered(30, 'unprocessed');
    await raw.putAll(refs.map((ref) => ({ id: `TICKET#${ref}`, ref })));
    faults.setRules([{ fault: 'unprocessed', operation: 'BatchGetItem', times: 4 }]);
    expect((await tickets.getByIds(refs)).map((one) => one?.id)).toEqual(refs);
    faults.setRules([{ fault: 'unprocessed', operation: 'BatchGetItem' }]);
    const answer = tickets.getByIds([refs[0] ?? ''], { deadlineMs: 300 });
    await expect(answer).rejects.toMatchObject({ name: 'ThrottledError', reason: 'throughput' });
    faults.setRules([]);
  });
});

describe('batchCreate', () => {
  it('creates 250, and says by index which failed and why', async () => {
    await tickets.create({ ref: 'taken' });
    const list: { ref: string; text?: string }[] = numbered(250, 'create').map((ref) => ({ ref }));
    list[3] = { ref: 'taken' };
    list[10] = { ref: 'oversized', text: 'x'.repeat(410_000) };
    list[101] = { ref: 'create-100' }; // the same id twice in one list
    list[200] = { ref: '' };
    list[249] = { ref: 'dated', text: new Date() as never };
    const { success, failed } = await tickets.batchCreate(list);
    expect(failed.map(({ index, error }) => [index, error.name])).toEqual([
      [3, 'UniqueConstraintError'],
      [10, 'ItemTooLargeError'],
      [101, 'UniqueConstraintError'],
      [200, 'InvalidItemError'],
      [249, 'InvalidItemError'],
    ]);
    expect(success).toHaveLength(245);
    expect(success.map(({ id }) => id)).toEqual(
      list.filter((_, i) => ![3, 10, 101, 200, 249].includes(i)).map(({ ref }) => ref),
    );
    expect(success[0]).toMatchObject({ version: 1, createdAt: expect.any(String) });
    expect(await raw.items('TICKET#create-')).toHaveLength(245);
  });

  it('gives a value that comes twice in one list to the first', async () => {
    const list = ['a', 'b', 'A', 'c'].map((email, i) => ({ email, name: `${i}` }));
    const { success, failed } = await accounts.batchCreate(list);
    expect(success.map(({ name }) => name)).toEqual(['0', '1', '3']);
    expect(failed).toMatchObject([
      { index: 2, error: { name: 'UniqueConstraintError', attribute: 'email', value: 'A' } },
    ]);
    expect(Object.keys(await claimsOf(raw, 'ACCOUNT'))).toEqual(['email#a', 'email#b', 'email#c']);
  });

  it('cuts transactions at 100 actions, and statements at 25, both at 3.5 MB', async () => {
    const small = numbered(60, 'cut').map((email) => ({ email, name: 'x' }));
    expect(await requestsOf(() => accounts.batchCreate(small))).toEqual({ TransactWriteItems: 2 }); // 120 actions
    const large = numbered(12, 'large').map((ref) => ({ ref, text: 'x'.repeat(390_000) })); // 4.7 MB
    expect(
      await requestsOf(async () =>
        expect((await tickets.batchCreate(large, { deadlineMs: 60_000 })).failed).toEqual([]),
      ),
    ).toEqual({
      BatchExecuteStatement: 2,
    });
    const plain = numbered(60, 'plain').map((ref) => ({ ref }));
    expect(await requestsOf(() => tickets.batchCreate(plain))).toEqual({ BatchExecuteStatement: 3 });
    expect(await requestsOf(() => tickets.batchCreate([{ ref: 'alone' }]))).toEqual({ PutItem: 1 });
  });

  it('keeps the claims of one model from the ids and claims of another', async () => {
    const members = new MemberModel(table);
    const list = [{ handle: 'x', phone: '1' }, { handle: 'y', phone: '1' }, { handle: 'z' }];
    const { success, failed } = await members.batchCreate(list);
    expect(success.map(({ handle }) => handle)).toEqual(['x', 'z']);
    expect(failed).toMatchObject([{ index: 1, error: { attribute: 'phone', value: '1' } }]);
    expect(Object.keys(await claimsOf(raw, 'MEMBER'))).toEqual(['handle#x', 'handle#z', 'phone#1']);
  });

  it('of nothing sends nothing', async () => {
    expect(await requestsOf(() => tickets.batchCreate([]))).toEqual({});
    expect(await tickets.batchCreate([])).toEqual({ success: [], failed: [] });
  });
});

describe('batchDelete', () => {
  it('deletes 120 plain items, 25 in a request; duplicates count once, unknown ids are a success', async () => {
    const refs = numbered(120, 'delete');
    await raw.putAll(refs.map((ref) => ({ id: `TICKET#${ref}`, ref })));
    const requests = await requestsOf(async () => {
      const ids = [...refs, 'delete-0', 'TICKET#delete-1', 'unknown', '', 'x'.repeat(3000)];
      const { success, failed } = await tickets.batchDelete(ids);
      expect(failed).toEqual([]);
      expect(success).toEqual([...refs, 'unknown', '', 'x'.repeat(3000)]);
    });
    expect(requests).toEqual({ BatchExecuteStatement: 5 });
    expect(await raw.items('TICKET#delete-')).toEqual([]);
  });

  it('deletes entities with their claims, and leaves claims of others alone', async () => {
    const { success } = await accounts.batchCreate(numbered(60, 'claimed').map((email) => ({ email, name: 'x' })));
    const ids = success.map(({ id }) => id);
    await raw.put({ id: 'UNIQUE#ACCOUNT#email#claimed-7', ownerId: 'ACCOUNT#other' });
    const outcome = await accounts.batchDelete([...ids, ids[0] ?? '', 'unknown']);
    expect(outcome).toEqual({ success: [...ids, 'unknown'], failed: [] });
    const left = (await raw.items()).filter(({ id }) => id.includes('claimed-') || ids.includes(id.slice(8)));
    expect(left).toEqual([{ id: 'UNIQUE#ACCOUNT#email#claimed-7', ownerId: 'ACCOUNT#other' }]);
  });

  it('follows an entity whose value changes in between', async () => {
    const { id } = await accounts.create({ email: 'before', name: 'x' });
    const { id: neighbour } = await accounts.create({ email: 'neighbour', name: 'x' });
    faults.setRules([{ fault: 'latency', ms: 150, operation: 'TransactWriteItems' }]);
    const deleting = accounts.batchDelete([id, neighbour]);
    await expect.poll(() => faults.requests.at(-1)?.operation).toBe('TransactWriteItems');
    faults.setRules([]);
    await accounts.update(id, { email: 'after' });
    expect(await deleting).toEqual({ success: [id, neighbour], failed: [] });
    const claims = await claimsOf(raw, 'ACCOUNT');
    for (const email of ['before', 'after', 'neighbour']) expect(claims).not.toHaveProperty(`email#${email}`);
  });

  it('sends again what is unprocessed, and reports what stays so by id', async () => {
    const refs = numbered(40, 'held');
    await raw.putAll(refs.map((ref) => ({ id: `TICKET#${ref}`, ref })));
    faults.setRules([{ fault: 'unprocessed', operation: 'BatchExecuteStatement', times: 5 }]);
    expect((await tickets.batchDelete(refs)).failed).toEqual([]);
    faults.setRules([{ fault: 'throttle', operation: 'BatchExecuteStatement' }]);
    const { success, failed } = await tickets.batchDelete(['x', 'y'], { deadlineMs: 200 });
    expect(success).toEqual([]);
    expect(failed).toMatchObject([
      { id: 'x', error: { name: 'ThrottledError' } },
      { id: 'y', error: { name: 'ThrottledError' } },
    ]);
    faults.setRules([]);
  });

  it('reports as failed only what is still there where a part is throttled until the deadline', async () => {
    const refs = numbered(40, 'partly');
    await raw.putAll(refs.map((ref) => ({ id: `TICKET#${ref}`, ref })));
    faults.setRules([
      { fault: 'unprocessed', operation: 'BatchExecuteStatement', times: 2 },
      { fault: 'throttle', operation: 'DeleteItem' },
    ]);
    const { success, failed } = await tickets.batchDelete(refs, { deadlineMs: 1500 });
    faults.setRules([]);
    expect(failed.length).toBeGreaterThan(0);
    for (const { error } of failed) expect(error).toMatchObject({ name: 'ThrottledError' });
    const left = (await raw.items('TICKET#partly-')).map(({ ref }) => ref);
    expect(failed.map(({ id }) => id).sort()).toEqual(left.sort());
    expect([...success, ...left].sort()).toEqual(refs.sort());
  });

  it('needs no more than the permission to delete an item', async () => {
    const { table: denied, gate, raw: rawDenied, faults: counted } = await faultyTable();
    gate.deny('BatchExecuteStatement');
    const model = new TicketModel(denied);
    const refs = numbered(30, 'denied');
    await rawDenied.putAll(refs.map((ref) => ({ id: `TICKET#${ref}`, ref })));
    expect(await model.batchDelete(refs)).toEqual({ success: refs, failed: [] });
    await model.batchDelete(refs);
    expect(counted.counts).toEqual({ BatchExecuteStatement: 2, DeleteItem: 60 }); // of its two chunks, none later
    expect(await rawDenied.items('TICKET#')).toEqual([]);
  });
});
