import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { transact } from '../src/index.js';
import { capturedLogger } from './captured-logger.js';
import { AccountModel, PlainModel } from './models.js';
import { faultyTable } from './raw-table.js';

type Made = Awaited<ReturnType<typeof faultyTable>>;
let made: Made;
let accounts: AccountModel;
let plain: PlainModel;

beforeEach(async () => {
  made ??= await faultyTable();
  made.faults.setRules([]);
  accounts = new AccountModel(made.table);
  plain = new PlainModel(made.table);
});

const person = () => ({ email: `${randomUUID()}@example.com`, name: 'Ada' });
const nameOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: Error) => error.name,
  );
const superseded = { name: 'CallSupersededError', code: 'CALL_SUPERSEDED' };
/** The attempts of one call, each sent later than the one before. */
const attempts = () => {
  const key = randomUUID();
  return (sentAt: number) => ({ once: { key, sentAt } });
};

it('keeps a rejected create rejected, although an earlier attempt arrives when its value is free', async () => {
  const [data, attempt] = [person(), attempts()];
  const holder = await accounts.create(data);
  expect(await nameOf(accounts.create(data, attempt(2)))).toBe('UniqueConstraintError');
  await accounts.delete(holder.id);
  await expect(accounts.create(data, attempt(1))).rejects.toMatchObject(superseded);
  await expect(accounts.create(data, attempt(2))).rejects.toMatchObject(superseded); // the same attempt, doubled
  expect(await accounts.getByUnique('email', data.email)).toBeNull();
  expect(await accounts.create(data, attempt(3))).toMatchObject(data);
  expect(await accounts.create(data, attempt(1))).toMatchObject(data); // already applied: this is the first answer
});

it.each([
  {
    of: 'an update at a version',
    run: (id: string, o: object) => accounts.update(id, { name: 'Mine' }, { expectedVersion: 2, ...o }),
    is: 'VersionConflictError',
  },
  {
    of: 'an update under a condition',
    run: (id: string, o: object) => accounts.update(id, { name: 'Mine' }, { if: { name: 'Eve' }, ...o }),
    is: 'ConditionFailedError',
  },
  {
    of: 'a delete at a version',
    run: (id: string, o: object) => accounts.delete(id, { expectedVersion: 2, ...o }),
    is: 'VersionConflictError',
  },
])('keeps $of rejected, though its condition holds later', async ({ run, is }) => {
  const attempt = attempts();
  const { id } = await accounts.create(person());
  expect(await nameOf(run(id, attempt(2)))).toBe(is);
  await accounts.update(id, { name: 'Eve' });
  await expect(run(id, attempt(1))).rejects.toMatchObject(superseded);
  expect(await accounts.getById(id)).toMatchObject({ name: 'Eve', version: 2 });
  expect(await nameOf(run(id, attempt(3)))).toBe('no error');
});

it('keeps an update of an absent entity without effect, although the entity is created later', async () => {
  const [attempt, id] = [attempts(), randomUUID()];
  expect(await accounts.update(id, { name: 'Mine' }, attempt(1))).toBeNull();
  expect(await accounts.delete(id, attempts()(1))).toBe(false);
  await accounts.create(person(), { id });
  await expect(accounts.update(id, { name: 'Mine' }, attempt(1))).rejects.toMatchObject(superseded);
  expect(await accounts.getById(id)).toMatchObject({ name: 'Ada', version: 1 });
});

it('keeps a rejected transaction rejected', async () => {
  const [data, attempt] = [person(), attempts()];
  const holder = await accounts.create(data);
  const run = (sentAt: number) =>
    transact([accounts.creating(data), plain.creating({ ref: randomUUID(), title: 'x' })], attempt(sentAt));
  expect(await nameOf(run(2))).toBe('TransactionPartError');
  await accounts.delete(holder.id);
  await expect(run(1)).rejects.toMatchObject(superseded);
});

it('returns the first answer in place of a rejection if an earlier attempt was applied meanwhile', async () => {
  const [data, attempt] = [person(), attempts()];
  const created = await accounts.create(data, attempt(1));
  expect(await accounts.create(data, attempt(2))).toEqual(created);
});

it('keeps a call rejected if the reply to its record was lost', async () => {
  const [data, attempt] = [person(), attempts()];
  const holder = await accounts.create(data);
  made.faults.setRules([{ fault: 'lost-reply', operation: 'PutItem', times: 1 }]);
  expect(await nameOf(accounts.create(data, attempt(2)))).toBe('UniqueConstraintError');
  await accounts.delete(holder.id);
  await expect(accounts.create(data, attempt(1))).rejects.toMatchObject(superseded);
});

it('reports an unknown outcome if it cannot record a rejection', async () => {
  const data = person();
  await accounts.create(data);
  made.faults.setRules([{ fault: 'reset', operation: 'PutItem' }]);
  expect(await nameOf(accounts.create(data, { ...attempts()(1), deadlineMs: 300 }))).toBe('WriteOutcomeUnknownError');
});

it('may apply a rejected call without a time later', async () => {
  const [data, once] = [person(), randomUUID()];
  const holder = await accounts.create(data);
  expect(await nameOf(accounts.create(data, { once }))).toBe('UniqueConstraintError');
  await accounts.delete(holder.id);
  expect(await accounts.create(data, { once })).toMatchObject(data);
});

it('accepts only whole milliseconds', async () => {
  for (const sentAt of [Number.NaN, 1.5, '1' as unknown as number]) {
    await expect(accounts.create(person(), { once: { key: 'k', sentAt } })).rejects.toThrow(
      'it takes milliseconds since 1970',
    );
  }
});

it('does not call its own write a replay, if every answer to it was lost', async () => {
  const { logger, lines } = capturedLogger('INFO');
  const own = new AccountModel({ ...made.table, logger });
  made.faults.setRules([{ fault: 'lost-reply', operation: 'TransactWriteItems', times: 1 }]);
  const created = await own.create(person(), attempts()(1));
  expect(created).toMatchObject({ version: 1 });
  expect(lines.at(-1)).not.toHaveProperty('once');
});
