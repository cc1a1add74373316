import { beforeAll, expect, it } from 'vitest';
import { AccountModel } from './models.js';
import { claimsOf, faultyTable } from './raw-table.js';

/** In data older than claims two entities may hold one value: only one of them has the claim. */
const email = 'doubled@b.c';
const older = { id: 'ACCOUNT#older', email, name: 'older' };
let made: Awaited<ReturnType<typeof faultyTable>>;
let accounts: AccountModel;
let others: AccountModel;
beforeAll(async () => {
  made = await faultyTable();
  accounts = new AccountModel(made.table);
  others = new AccountModel(made.honest);
});

/** The claim goes from its owner to the older entity between the try that was rejected for it and the next one. */
async function claimChangesHands(): Promise<void> {
  await made.raw.put(older);
  const { id } = await others.create({ email, name: 'owner' });
  made.gate.before('TransactWriteItems', 2, async () => {
    await others.delete(id);
    await others.update('older', { email: 'between@b.c' });
    await others.update('older', { email });
  });
}

it('are freed by a delete, once they have become its own', async () => {
  await claimChangesHands();
  expect(await accounts.delete('older')).toBe(true);
  expect(await claimsOf(made.raw, 'ACCOUNT')).toEqual({});
  expect(await made.raw.items('ACCOUNT#')).toEqual([]);
});

it('are freed by a change, once they have become its own', async () => {
  await claimChangesHands();
  expect(await accounts.update('older', { email: 'next@b.c' })).toMatchObject({ email: 'next@b.c', version: 3 });
  expect(await claimsOf(made.raw, 'ACCOUNT')).toEqual({ 'email#next@b.c': 'ACCOUNT#older' });
});

it('are spared by a batch, also where both holders are in it', async () => {
  await made.raw.put({ ...older, id: 'ACCOUNT#oldest' });
  await made.raw.put(older);
  const { id } = await others.create({ email, name: 'owner' });
  expect(await accounts.batchDelete(['oldest', id])).toEqual({ success: ['oldest', id], failed: [] });
  expect(await claimsOf(made.raw, 'ACCOUNT')).not.toHaveProperty(`email#${email}`);
});
