import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BaseModel, DynamoError, DynamoModel, transact } from '../src/index.js';
import { AccountModel, PlainModel, VoucherModel } from './models.js';
import { claimsOf, faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let plain: PlainModel;
let accounts: AccountModel;
let vouchers: VoucherModel;
let others: { plain: PlainModel; accounts: AccountModel };
beforeAll(async () => {
  made = await faultyTable();
  plain = new PlainModel(made.table);
  accounts = new AccountModel(made.table);
  vouchers = new VoucherModel(made.table);
  others = { plain: new PlainModel(made.honest), accounts: new AccountModel(made.honest) };
});
afterEach(() => {
  vi.restoreAllMocks();
  made.faults.setRules([]);
});
let count = 0;
const newRef = () => `kernel${++count}`;
const newEmail = () => `kernel${++count}@b.c`;

/** Sets the clock of this process ahead. */
function setClockAhead(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
}

describe('a part of a transaction that changes nothing is checked at the commit:', () => {
  it('an expected version that does not hold any more', async () => {
    const { id } = await others.accounts.create({ email: newEmail(), name: 'a' });
    const ref = newRef();
    made.gate.before('TransactWriteItems', 1, () => others.accounts.update(id, { note: 'other' }));
    const both = transact([accounts.updating(id, {}, { expectedVersion: 1 }), plain.creating({ ref })]);
    await expect(both).rejects.toMatchObject({ part: 0, cause: { name: 'VersionConflictError', actualVersion: 2 } });
    expect(await others.plain.getById(ref)).toBeNull();
  });

  it('an entity without expected version is returned as it was then', async () => {
    const { id } = await others.accounts.create({ email: newEmail(), name: 'a' });
    made.gate.before('TransactWriteItems', 1, () => others.accounts.update(id, { note: 'other' }));
    const [account] = await transact([accounts.updating(id, {}), plain.creating({ ref: newRef() })]);
    expect(account).toMatchObject({ note: 'other', version: 2 });
  });

  it('an absent entity that is created before it is deleted', async () => {
    const [ref, next] = [newRef(), newRef()];
    made.gate.before('TransactWriteItems', 1, () => others.plain.create({ ref }));
    expect(await transact([plain.deleting(ref), plain.creating({ ref: next })])).toMatchObject([true, { id: next }]);
    expect(await others.plain.getByIds([ref, next])).toMatchObject([null, { id: next }]);
  });

  it('alone it needs no write', async () => {
    const { id } = await others.accounts.create({ email: newEmail(), name: 'a' });
    expect(await transact([accounts.updating(id, {})])).toMatchObject([{ id, version: 1 }]);
    expect(await transact([accounts.deleting('nobody')])).toEqual([false]);
  });
});

it.each([
  ['create', async (id: string) => ({ made: await accounts.create({ email: newEmail(), name: 'x' }), id })],
  ['transaction', (id: string) => transact([accounts.updating(id, { note: 'x' }), plain.creating({ ref: newRef() })])],
])('a %s whose token may be forgotten is not sent again: the outcome is unknown', async (_, write) => {
  const { id } = await others.accounts.create({ email: newEmail(), name: 'a' });
  const before = made.faults.counts.TransactWriteItems ?? 0;
  made.faults.setRules([{ fault: 'lost-reply', operation: 'TransactWriteItems' }]);
  made.gate.before('TransactWriteItems', 1, async () => setClockAhead(9 * 60_000 + 1)); // suspended meanwhile
  await expect(write(id)).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
  expect(made.faults.counts.TransactWriteItems).toBe(before + 1);
});

describe('an object that the caller goes on to change', () => {
  interface Tagged extends BaseModel {
    ref: string;
    tags: string[];
    more?: { deep: number[] };
  }
  class TaggedModel extends DynamoModel<Tagged> {
    protected getEntityName() {
      return 'Tagged';
    }
    protected async generateId({ ref }: { ref: string }) {
      return ref;
    }
    protected setGSIKeys() {}
    protected override indexedAttributes() {
      return [];
    }
  }
  const changeable = () => ({ tags: ['a'], more: { deep: [1] } });
  const change = ({ tags, more }: ReturnType<typeof changeable>) => {
    tags.push('later');
    more.deep.push(2);
  };
  const asGiven = { tags: ['a'], more: { deep: [1] } };

  it.each<[string, (model: TaggedModel, given: ReturnType<typeof changeable>) => Promise<unknown>]>([
    ['create', (model, given) => model.create({ ref: newRef(), ...given })],
    ['update', async (model, given) => model.update('tagged', given)],
    [
      'batchCreate',
      (model, given) => model.batchCreate([{ ref: newRef(), ...given }]).then(({ success }) => success[0]),
    ],
    ['transact', (model, given) => transact([model.creating({ ref: newRef(), ...given })]).then(([one]) => one)],
    ['a part', (model, given) => transact([model.updating('tagged', given)]).then(([one]) => one)],
  ])('is stored by %s as it was when the call was made', async (_, write) => {
    const model = new TaggedModel(made.table);
    await model.create({ ref: 'tagged', tags: [] }).catch(() => {});
    const given = changeable();
    const written = write(model, given);
    change(given);
    const answer = await written;
    expect(answer).toMatchObject(asGiven);
    expect(await model.getById((answer as Tagged).id)).toMatchObject(asGiven);
  });
});

describe('an expired claim', () => {
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
  const voucher = (code: string, expiresAt?: number) => ({
    status: 'open' as const,
    uses: 0,
    code,
    ...(expiresAt !== undefined && { expiresAt }),
  });

  it('is taken over with its owner, so that a process whose clock is behind sees one holder too', async () => {
    const first = await vouchers.create(voucher('skew', inSeconds(60)));
    setClockAhead(90_000);
    const second = await vouchers.create(voucher('skew'));
    vi.restoreAllMocks();
    expect(await vouchers.getById(first.id, { consistent: true })).toBeNull();
    expect(await vouchers.update(first.id, {}, { increment: { uses: 1 } })).toBeNull();
    expect(await vouchers.getByUnique('code', 'skew')).toEqual(second);
  });

  it('stays with an owner whose life was extended meanwhile', async () => {
    const first = await vouchers.create(voucher('extended', inSeconds(-10)));
    made.gate.before('TransactWriteItems', 2, async () => {
      const raw = await made.raw.get(`VOUCHER#${first.id}`);
      await made.raw.put({ ...raw, id: `VOUCHER#${first.id}`, expiresAt: inSeconds(3600), _writeId: 'extension' });
    });
    await expect(vouchers.create(voucher('extended'))).rejects.toMatchObject({ name: 'UniqueConstraintError' });
    expect(await vouchers.getById(first.id)).toMatchObject({ code: 'extended' });
  });

  it('without an expiry of its own, or with an earlier one, follows its owner', async () => {
    const gone = await vouchers.create(voucher('adopted', inSeconds(-10)));
    await made.raw.put({ id: 'UNIQUE#VOUCHER#code#adopted', ownerId: `VOUCHER#${gone.id}` });
    expect(await vouchers.getByUnique('code', 'adopted')).toBeNull();
    expect(await vouchers.create(voucher('adopted'))).toMatchObject({ code: 'adopted' });
    const alive = await vouchers.create(voucher('stale', inSeconds(3600)));
    await made.raw.put({
      id: 'UNIQUE#VOUCHER#code#stale',
      ownerId: `VOUCHER#${alive.id}`,
      expiresAt: inSeconds(-10),
    });
    await expect(vouchers.create(voucher('stale'))).rejects.toMatchObject({ name: 'UniqueConstraintError' });
  });

  it('is taken over by an update, by two entries of a batch once, and where its owner is gone', async () => {
    for (const code of ['u', 'b', 'g']) await vouchers.create(voucher(`old-${code}`, inSeconds(-10)));
    const gone = await made.raw.get('UNIQUE#VOUCHER#code#old-g');
    await made.raw.remove(String(gone?.ownerId));
    const { id } = await vouchers.create(voucher('mine'));
    expect(await vouchers.update(id, { code: 'old-u' })).toMatchObject({ code: 'old-u' });
    expect(await vouchers.update(id, { code: 'old-g' })).toMatchObject({ code: 'old-g' });
    const { success, failed } = await vouchers.batchCreate([voucher('old-b'), voucher('old-b'), voucher('new')]);
    expect(success).toHaveLength(2);
    expect(failed).toMatchObject([{ index: 1, error: { name: 'UniqueConstraintError' } }]);
    const claims = await claimsOf(made.raw, 'VOUCHER');
    for (const [claim, ownerId] of Object.entries(claims)) {
      const owner = await made.raw.get(String(ownerId));
      expect(`code#${owner?.code}`).toBe(claim);
    }
  });
});

describe('more attributes than one expression takes', () => {
  interface Wide extends BaseModel {
    [field: `field${number}`]: number;
    name?: string;
  }
  class WideModel extends DynamoModel<Wide> {
    protected getEntityName() {
      return 'Wide';
    }
    protected generateId() {
      return newRef();
    }
    protected setGSIKeys() {}
    protected override indexedAttributes() {
      return [];
    }
  }
  const fields = (value: number) => Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`field${i}`, value]));

  it('are updated at once all the same, alone and as a part', async () => {
    const model = new WideModel(made.table);
    const { id } = await model.create({ ...fields(1), name: 'kept' });
    expect(await model.update(id, fields(2))).toMatchObject({ ...fields(2), name: 'kept', version: 2 });
    await transact([model.updating(id, fields(3)), plain.creating({ ref: newRef() })]);
    expect(await model.getById(id)).toMatchObject({ ...fields(3), name: 'kept', version: 3 });
    made.gate.before('PutItem', 1, () => new WideModel(made.honest).update(id, { name: 'other' }));
    expect(await model.update(id, fields(4))).toMatchObject({ ...fields(4), name: 'other', version: 5 });
  });

  it('cannot be conditions: the error says so before anything is sent', async () => {
    const model = new WideModel(made.table);
    const before = made.faults.requests.length;
    const update = model.update('x', { name: 'x' }, { if: fields(1) });
    await expect(update).rejects.toThrow(/^The conditions of `if` make an expression of \d+ bytes/);
    const many = model.update('x', { name: 'x' }, { if: { name: { in: Array.from({ length: 101 }, String) } } });
    await expect(many).rejects.toThrow('The condition on name has 101 values; DynamoDB accepts 100');
    expect(made.faults.requests).toHaveLength(before);
  });
});

it('names a stored version that no write could increment, instead of waiting for other writers', async () => {
  for (const version of ['7', 2n ** 60n]) {
    const id = newRef();
    await made.raw.put({ id: `ACCOUNT#${id}`, email: newEmail(), name: 'odd', version });
    await expect(accounts.update(id, { email: newEmail() })).rejects.toThrow(
      `The stored version of ACCOUNT#${id} is ${typeof version}`,
    );
    expect(await accounts.getById(id)).toMatchObject({ name: 'odd', version: 0 });
  }
});

it('adds decimals as the database does, whichever way an update goes', async () => {
  const addition = { increment: { uses: 0.2 } };
  const fresh = async () => (await vouchers.create({ status: 'open', uses: 0.1 })).id;
  const updates = [
    vouchers.update(await fresh(), {}, addition),
    vouchers.update(await fresh(), { scope: 'read first' }, addition),
    transact([vouchers.updating(await fresh(), {}, addition)]).then(([voucher]) => voucher),
  ];
  expect(await Promise.all(updates)).toMatchObject([{ uses: 0.3 }, { uses: 0.3 }, { uses: 0.3 }]);
});

it('has one class for all its errors', async () => {
  await plain.create({ ref: 'one' });
  await expect(plain.create({ ref: 'one' })).rejects.toBeInstanceOf(DynamoError);
});

it('is applied and answered, whatever the logger does', async () => {
  const fail = () => {
    throw new Error('the disk is full');
  };
  const logger = { level: 8, trace: fail, debug: fail, info: fail, warn: fail, error: fail, critical: fail };
  const model = new PlainModel({ ...made.table, logger });
  const [ref, other] = [newRef(), newRef()];
  expect(await model.create({ ref })).toMatchObject({ version: 1 });
  expect(await model.update(ref, { title: 'x' })).toMatchObject({ version: 2 });
  expect(await transact([model.creating({ ref: other })])).toMatchObject([{ version: 1 }]);
  expect(await model.getById(other, { consistent: true })).toMatchObject({ version: 1 });
});
