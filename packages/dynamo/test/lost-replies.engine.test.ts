import type { Fault } from '@aws-starter-kit/dynamo-faults';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AccountModel, PlainModel, ProductDynamoModel } from './models.js';
import { claimsOf, faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let faults: Table['faults'];
let gate: Table['gate'];
let raw: Table['raw'];
/** Models whose requests meet the faults, and others whose requests never do. */
let plain: PlainModel;
let accounts: AccountModel;
let products: ProductDynamoModel;
let others: { plain: PlainModel; accounts: AccountModel; products: ProductDynamoModel };
beforeAll(async () => {
  const made = await faultyTable();
  ({ faults, gate, raw } = made);
  plain = new PlainModel(made.table);
  accounts = new AccountModel(made.table);
  products = new ProductDynamoModel(made.table);
  const { honest } = made;
  others = {
    plain: new PlainModel(honest),
    accounts: new AccountModel(honest),
    products: new ProductDynamoModel(honest),
  };
});
afterEach(() => faults.setRules([]));

/** Faults after which the work is done, and faults after which it is not. */
const done: Fault[] = ['lost-reply', 'server-error-after-commit'];
const notDone: Fault[] = ['server-error', 'reset'];

/** The first request of the operation meets the fault; `between` happens before its retry reaches the engine. */
function failFirst(fault: Fault, operation: string, between?: () => Promise<unknown>): void {
  faults.setRules([{ fault, operation, times: 1 } as never]);
  if (between) gate.before(operation, done.includes(fault) ? 2 : 1, between);
}
let count = 0;
const newRef = async () => {
  const ref = `r${++count}`;
  await others.plain.create({ ref, title: 'old' });
  return ref;
};
const newAccount = () => others.accounts.create({ email: `e${++count}@b.c`, name: 'old' });
const stored = (ref: string) => others.plain.getById(ref, { consistent: true });
const retitle = (ref: string, title: string) => others.plain.update(ref, { title });
const unknown = { name: 'WriteOutcomeUnknownError', code: 'WRITE_OUTCOME_UNKNOWN' };

describe.each([...done, ...notDone])('after a %s', (fault) => {
  it('an update is applied once', async () => {
    const ref = await newRef();
    failFirst(fault, 'UpdateItem');
    expect(await plain.update(ref, { title: 'new' })).toMatchObject({ title: 'new', version: 2 });
    failFirst(fault, 'UpdateItem');
    const answer = await plain.update(ref, { title: 'newer' }, { expectedVersion: 2 });
    expect(answer).toMatchObject({ title: 'newer', version: 3 });
    expect(answer).not.toHaveProperty('_writeId');
    expect(await stored(ref)).toEqual(answer);
  });

  it('an update that recomputes keys is applied once', async () => {
    const { id } = await others.products.create({ name: 'a', price: 1 });
    failFirst(fault, 'UpdateItem');
    const answer = await products.update(id, { name: 'b' });
    expect(answer).toMatchObject({ name: 'b', version: 2 });
    expect(await others.products.getById(id, { consistent: true })).toEqual(answer);
  });

  it('a create is done once, with claims and without', async () => {
    const ref = `r${++count}`;
    failFirst(fault, 'PutItem');
    expect(await plain.create({ ref })).toMatchObject({ id: ref, version: 1 });
    expect(await stored(ref)).toMatchObject({ version: 1 });
    failFirst(fault, 'TransactWriteItems');
    const email = `e${++count}@b.c`;
    const made = await accounts.create({ email, name: 'x' });
    expect(await others.accounts.getByUnique('email', email)).toEqual(made);
  });

  it('a change of a unique value and a delete move and remove the claim once', async () => {
    const { id, email } = await newAccount();
    failFirst(fault, 'TransactWriteItems');
    const next = `e${++count}@b.c`;
    expect(await accounts.update(id, { email: next })).toMatchObject({ email: next, version: 2 });
    expect(await claimsOf(raw, 'ACCOUNT')).toMatchObject({ [`email#${next}`]: `ACCOUNT#${id}` });
    expect(await claimsOf(raw, 'ACCOUNT')).not.toHaveProperty(`email#${email}`);
    failFirst(fault, 'TransactWriteItems');
    expect(await accounts.delete(id)).toBe(true);
    expect(await claimsOf(raw, 'ACCOUNT')).not.toHaveProperty(`email#${next}`);
  });

  it('a single-item delete answers true', async () => {
    for (const options of [{}, { expectedVersion: 1 }]) {
      const ref = await newRef();
      failFirst(fault, 'DeleteItem');
      expect(await plain.delete(ref, options)).toBe(true);
      expect(await stored(ref)).toBeNull();
    }
  });

  it.each(['TransactWriteItems', 'DeleteItem'])('a delete of older items by %s answers true', async (operation) => {
    const { email } = await newAccount(); // who holds the claim that the older item's address would have
    const id = `ACCOUNT#older${++count}`;
    await raw.put({ id, name: 'older', ...(operation === 'TransactWriteItems' && { email }) });
    failFirst(fault, operation);
    expect(await accounts.delete(id)).toBe(true);
    expect(await others.accounts.getById(id, { consistent: true })).toBeNull();
    expect(await others.accounts.getByUnique('email', email)).toMatchObject({ email });
  });

  it('batches say what they did', async () => {
    const refs = [`r${++count}`, `r${++count}`];
    failFirst(fault, 'BatchExecuteStatement');
    expect(await plain.batchCreate(refs.map((ref) => ({ ref })))).toMatchObject({
      success: refs.map((id) => ({ id, version: 1 })),
      failed: [],
    });
    failFirst(fault, 'BatchExecuteStatement');
    expect(await plain.batchDelete(refs)).toEqual({ success: refs, failed: [] });
    expect(await others.plain.getByIds(refs, { consistent: true })).toEqual([null, null]);
  });
});

it('of a batch is unknown what the retry did not get to, if the database never does', async () => {
  // a table of its own, since it spends the retry budget
  const { table, honest, faults } = await faultyTable();
  const plain = new PlainModel(table);
  const others = new PlainModel(honest);
  const { success: made } = await others.batchCreate(Array.from({ length: 20 }, (_, i) => ({ ref: `r${i}` })));
  const refs = made.map(({ id }) => id);
  const operation = 'BatchExecuteStatement';
  faults.setRules([
    { fault: 'lost-reply', operation, times: 1 },
    { fault: 'unprocessed', operation, times: 1 },
    { fault: 'throttle' },
  ]);
  const { success, failed } = await plain.batchDelete(refs, { deadlineMs: 500 });
  expect([...success, ...failed.map(({ id }) => id)].sort()).toEqual(refs.sort());
  expect(failed.length).toBeGreaterThan(0);
  for (const { error } of failed) expect(error).toMatchObject(unknown);
  expect((await others.getByIds(refs, { consistent: true })).filter(Boolean)).toEqual([]); // all were deleted
});

describe('where another write comes between a lost reply and the retry', () => {
  it('an update without an expected version is applied once more on top', async () => {
    const ref = await newRef();
    failFirst('lost-reply', 'UpdateItem', () => others.plain.update(ref, { title: 'other', text: 'kept' }));
    expect(await plain.update(ref, { title: 'mine' })).toMatchObject({ title: 'mine', text: 'kept', version: 4 });
  });

  it('so is one that recomputes keys, and the keys are those of the result', async () => {
    const { id } = await others.products.create({ name: 'a', price: 1 });
    failFirst('lost-reply', 'UpdateItem', () => others.products.update(id, { name: 'other', price: 2 }));
    expect(await products.update(id, { name: 'mine' })).toMatchObject({ name: 'mine', price: 2, version: 4 });
    expect((await raw.get(`PRODUCT#${id}`))?.sk1).toBe('NAME#mine');
  });

  it('an update with an expected version is unknown, and never applied twice', async () => {
    const ref = await newRef();
    failFirst('lost-reply', 'UpdateItem', () => retitle(ref, 'other'));
    await expect(plain.update(ref, { title: 'mine' }, { expectedVersion: 1 })).rejects.toMatchObject(unknown);
    expect(await stored(ref)).toMatchObject({ title: 'other', version: 3 });
    const { id } = await others.products.create({ name: 'a', price: 1 });
    failFirst('lost-reply', 'UpdateItem', () => others.products.update(id, { name: 'other' }));
    await expect(products.update(id, { name: 'mine' }, { expectedVersion: 1 })).rejects.toMatchObject(unknown);
    expect(await others.products.getById(id)).toMatchObject({ name: 'other', version: 3 });
  });

  it('an update of an entity that was deleted since is unknown: it was applied, and others may have seen it', async () => {
    const ref = await newRef();
    failFirst('lost-reply', 'UpdateItem', () => others.plain.delete(ref));
    await expect(plain.update(ref, { title: 'mine' }, { expectedVersion: 1 })).rejects.toMatchObject(unknown);
    expect(await stored(ref)).toBeNull();
  });

  it('a create is unknown where the version is past 1, and a conflict where it is another’s first', async () => {
    const ref = `r${++count}`;
    failFirst('lost-reply', 'PutItem', () => retitle(ref, 'other'));
    await expect(plain.create({ ref })).rejects.toMatchObject(unknown);
    const again = `r${++count}`;
    failFirst('lost-reply', 'PutItem', async () => {
      await others.plain.delete(again);
      await others.plain.create({ ref: again, title: 'other' });
    });
    await expect(plain.create({ ref: again })).rejects.toMatchObject({
      name: 'UniqueConstraintError',
      attribute: 'id',
    });
    expect(await stored(again)).toMatchObject({ title: 'other' });
  });

  it('a create with claims answers as it did first, whatever came since', async () => {
    const email = `e${++count}@b.c`;
    const next = `e${++count}@b.c`;
    failFirst('lost-reply', 'TransactWriteItems', async () => {
      const owner = await others.accounts.getByUnique('email', email);
      await others.accounts.update(owner?.id ?? '', { email: next });
    });
    const made = await accounts.create({ email, name: 'x' });
    expect(made).toMatchObject({ email, version: 1 });
    expect(await others.accounts.getById(made.id)).toMatchObject({ email: next, version: 2 });
  });

  it('a change of a unique value answers as it did first, and leaks no claim', async () => {
    const { id } = await newAccount();
    const [first, second] = [`e${++count}@b.c`, `e${++count}@b.c`];
    failFirst('lost-reply', 'TransactWriteItems', () => others.accounts.update(id, { email: second }));
    expect(await accounts.update(id, { email: first }, { expectedVersion: 1 })).toMatchObject({ version: 2 });
    expect(await others.accounts.getById(id)).toMatchObject({ email: second, version: 3 });
    const claims = Object.entries(await claimsOf(raw, 'ACCOUNT')).filter(([, owner]) => owner === `ACCOUNT#${id}`);
    expect(claims).toEqual([[`email#${second}`, `ACCOUNT#${id}`]]);
  });

  it('a delete with claims answers true, and spares who has taken the value since', async () => {
    const { id, email } = await newAccount();
    let heir: { id: string } | undefined;
    failFirst('lost-reply', 'TransactWriteItems', async () => {
      heir = await others.accounts.create({ email, name: 'heir' });
    });
    expect(await accounts.delete(id)).toBe(true);
    expect(await others.accounts.getByUnique('email', email)).toEqual(heir);
  });
});

describe('where another write comes between a failure and the retry, and the first attempt never happened', () => {
  it.each<[number, object]>([
    [1, { name: 'VersionConflictError', expectedVersion: 1, actualVersion: 2 }],
    [2, unknown],
  ])('after %i writes an expected version does not hold', async (writes, error) => {
    const ref = await newRef();
    const between = async () => {
      for (let write = 0; write < writes; write++) await retitle(ref, `other ${write}`);
    };
    failFirst('server-error', 'UpdateItem', between);
    await expect(plain.update(ref, { title: 'mine' }, { expectedVersion: 1 })).rejects.toMatchObject(error);
    const condemned = await newRef();
    failFirst('server-error', 'DeleteItem', async () => {
      for (let write = 0; write < writes; write++) await retitle(condemned, `other ${write}`);
    });
    await expect(plain.delete(condemned, { expectedVersion: 1 })).rejects.toMatchObject(error);
    expect(await stored(condemned)).toMatchObject({ version: 1 + writes });
  });

  it('a transaction is judged by its token: a conflict, without doubt', async () => {
    const { id } = await newAccount();
    failFirst('server-error', 'TransactWriteItems', async () => {
      for (let write = 0; write < 2; write++) await others.accounts.update(id, { note: `${write}` });
    });
    const change = accounts.update(id, { email: `e${++count}@b.c` }, { expectedVersion: 1 });
    await expect(change).rejects.toMatchObject({ name: 'VersionConflictError', actualVersion: 3 });
    const email = `e${++count}@b.c`;
    failFirst('server-error', 'TransactWriteItems', () => others.accounts.create({ email, name: 'x' }));
    await expect(accounts.create({ email, name: 'y' })).rejects.toMatchObject({ name: 'UniqueConstraintError' });
  });
});

it('waits for a transaction of its own that is still at work', async () => {
  faults.setRules([{ fault: 'transaction-in-progress', times: 2 }]);
  const email = `e${++count}@b.c`;
  expect(await accounts.create({ email, name: 'x' })).toMatchObject({ version: 1 });
  const sent = faults.requests.filter(
    ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes(email),
  );
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ body }) => JSON.stringify(body))).size).toBe(1);
});

it('retries a request byte for byte, then fences the attempts without an answer', async () => {
  const ref = await newRef();
  const before = faults.requests.length;
  faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 2 }]);
  await plain.update(ref, { title: 'x' });
  const [fence, ...attempts] = faults.requests
    .slice(before)
    .map(({ body }) => JSON.stringify(body))
    .reverse();
  expect(attempts).toHaveLength(3);
  expect(new Set(attempts).size).toBe(1);
  expect(fence).toContain('_fence');
});
