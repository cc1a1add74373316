import { beforeAll, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { snapshot, transact } from '../src/index.js';
import { AccountModel, PlainModel } from './models.js';
import { pausedRounds } from './paused-rounds.js';

/** Keeps each version. */
class KeepingModel extends PlainModel {
  protected override getEntityName() {
    return 'Kept';
  }
  protected override keepsHistory() {
    return true;
  }
}

const rounds = pausedRounds();
let accounts: AccountModel;
let plain: PlainModel;
let kept: KeepingModel;
beforeAll(async () => {
  const table = await freshTable({ requestHandler: rounds.requestHandler });
  accounts = new AccountModel(table);
  plain = new PlainModel(table);
  kept = new KeepingModel(table);
});

const patience = { deadlineMs: 60_000 };
let count = 0;
const email = () => `trip-${++count}@example.com`;
const newAccounts = async (n: number) => {
  const list = Array.from({ length: n }, () => ({ email: email(), name: 'x' }));
  const { success } = await accounts.batchCreate(list, patience);
  expect(success).toHaveLength(n);
  return success.map(({ id }) => id);
};
const newPlain = async () => (await plain.create({ ref: `trip-${++count}` })).id;

/** The round trips that each call waits for, and a function that makes what the call needs and returns the call. */
const calls: Record<string, [expected: object[], () => Promise<() => Promise<unknown>>]> = {
  getById: [
    [{ GetItem: 1 }],
    async () => {
      const id = await newPlain();
      return () => plain.getById(id);
    },
  ],
  'getByUnique: the claim, then its owner': [
    [{ GetItem: 1 }, { GetItem: 1 }],
    async () => {
      const account = await accounts.create({ email: email(), name: 'x' });
      return () => accounts.getByUnique('email', account.email);
    },
  ],
  'getByIds of 250': [
    [{ BatchGetItem: 3 }],
    async () => () => plain.getByIds(Array.from({ length: 250 }, (_, i) => `${i}`)),
  ],
  'create with a claim': [
    [{ TransactWriteItems: 1 }],
    async () => () => accounts.create({ email: email(), name: 'x' }),
  ],
  'update of an undeclared attribute': [
    [{ UpdateItem: 1 }],
    async () => {
      const [id = ''] = await newAccounts(1);
      return () => accounts.update(id, { name: 'y' });
    },
  ],
  'update of a unique value: the old claim is known after a read': [
    [{ GetItem: 1 }, { TransactWriteItems: 1 }],
    async () => {
      const [id = ''] = await newAccounts(1);
      return () => accounts.update(id, { email: email() });
    },
  ],
  'delete with a claim': [
    [{ GetItem: 1 }, { TransactWriteItems: 1 }],
    async () => {
      const [id = ''] = await newAccounts(1);
      return () => accounts.delete(id);
    },
  ],
  'upsert of a new entity': [
    [{ UpdateItem: 1 }, { PutItem: 1 }],
    async () => () => plain.upsert(`trip-${++count}`, { ref: 'x' }),
  ],
  'revert: the version is that of the life that was read': [
    [{ GetItem: 1 }, { GetItem: 1 }, { TransactWriteItems: 1 }],
    async () => {
      const { id } = await kept.create({ ref: `trip-${++count}` });
      await kept.update(id, { title: 'x' });
      return async () => expect(await kept.revert(id, 1)).toMatchObject({ version: 3 });
    },
  ],
  'transact: its reads are in flight together': [
    [{ GetItem: 3 }, { TransactWriteItems: 1 }],
    async () => {
      const ids = [await newPlain(), await newPlain(), await newPlain()];
      return () => transact(ids.map((id) => plain.updating(id, { title: 'x' })));
    },
  ],
  'batchUpdate of 50: 32 share a deadline': [
    [{ UpdateItem: 16 }, { UpdateItem: 16 }, { UpdateItem: 16 }, { UpdateItem: 2 }],
    async () => {
      const ids = await newAccounts(50);
      return () => accounts.batchUpdate(ids, { name: 'y' }, patience);
    },
  ],
  snapshot: [
    [{ TransactGetItems: 1 }],
    async () => {
      const [a, b] = [await newPlain(), await newPlain()];
      return () => snapshot([plain.getting(a), plain.getting(b)]);
    },
  ],
  'batchDelete of 600 with claims: a chunk is read while others are deleted, with four transactions in flight': [
    [
      { BatchGetItem: 4 },
      { TransactWriteItems: 4 },
      { BatchGetItem: 2, TransactWriteItems: 4 },
      { TransactWriteItems: 4 },
    ],
    async () => {
      const ids = await newAccounts(600);
      return async () => expect((await accounts.batchDelete(ids, patience)).success).toEqual(ids);
    },
  ],
};

describe('the round trips of', () => {
  it.for(Object.entries(calls))('%s', async ([, [expected, prepare]]) => {
    const work = await prepare();
    expect(await rounds.of(work)).toEqual(expected);
  });
});
