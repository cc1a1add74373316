import { expect, it } from 'vitest';
import { AccountModel, PlainModel, ProductDynamoModel } from './models.js';
import { faultyTable } from './raw-table.js';

it('an update that was stored, then written over twice while it is retried, is unknown when time runs out', async () => {
  const { table, honest, faults, gate } = await faultyTable();
  const products = new ProductDynamoModel(table);
  const others = new ProductDynamoModel(honest);
  const { id } = await others.create({ name: 'a', price: 1 });
  faults.setRules([
    { fault: 'lost-reply', operation: 'UpdateItem', times: 1 },
    { fault: 'throttle', operation: 'UpdateItem', skip: 2 },
  ]);
  gate.before('UpdateItem', 2, async () => {
    await others.update(id, { price: 2 });
    gate.before('UpdateItem', 1, () => others.update(id, { price: 3 }));
  });
  await expect(products.update(id, { name: 'mine' }, { deadlineMs: 2000 })).rejects.toMatchObject({
    name: 'WriteOutcomeUnknownError',
  });
  expect(await others.getById(id, { consistent: true })).toMatchObject({ name: 'mine', price: 3, version: 4 });
});

it('an update that was stored, then written over, is unknown when its address has gone to another since', async () => {
  const { table, honest, faults, gate } = await faultyTable();
  const accounts = new AccountModel(table);
  const others = new AccountModel(honest);
  const { id } = await others.create({ email: 'mine@example.com', name: 'a' });
  faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
  gate.before('UpdateItem', 2, async () => {
    await others.update(id, { email: 'moved@example.com' });
    await others.create({ email: 'mine@example.com', name: 'heir' });
  });
  await expect(accounts.update(id, { email: 'mine@example.com', name: 'b' })).rejects.toMatchObject({
    name: 'WriteOutcomeUnknownError',
    cause: { name: 'UniqueConstraintError' },
  });
  expect(await others.getById(id, { consistent: true })).toMatchObject({ name: 'b', version: 3 });
});

it('an update that was stored, then written over, is unknown when the entity has been deleted since', async () => {
  const { table, honest, faults, gate } = await faultyTable();
  const products = new ProductDynamoModel(table);
  const others = new ProductDynamoModel(honest);
  const { id } = await others.create({ name: 'a', price: 1 });
  faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
  gate.before('UpdateItem', 2, async () => {
    await others.update(id, { price: 2 });
    gate.before('UpdateItem', 1, () => others.delete(id));
  });
  await expect(products.update(id, { name: 'mine' })).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
  expect(await others.getById(id, { consistent: true })).toBeNull();
});

it('a write that its retry finds is acknowledged, although other writes follow before its fence is raised', async () => {
  const { table, honest, faults, gate } = await faultyTable();
  const plain = new PlainModel(table);
  const others = new PlainModel(honest);
  faults.setRules([{ fault: 'lost-reply', operation: 'PutItem', times: 1 }]);
  gate.before('UpdateItem', 1, async () => {
    await others.delete('a');
    await others.create({ ref: 'a', title: 'new' });
  });
  expect(await plain.create({ ref: 'a', title: 'mine' })).toMatchObject({ title: 'mine', version: 1 });
  expect(await others.getById('a', { consistent: true })).toMatchObject({ title: 'new' });

  faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
  gate.before('UpdateItem', 3, () => others.update('a', { title: 'later' }));
  expect(await plain.update('a', { title: 'mine' })).toMatchObject({ title: 'mine', version: 2 });
  expect(await others.getById('a', { consistent: true })).toMatchObject({ title: 'later', version: 3 });
});
