import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Scoped, snapshot, transact } from '../src/index.js';
import { capturedLogger, type LogLine } from './captured-logger.js';
import {
  type Account,
  AccountModel,
  PlainModel,
  ProductDynamoModel,
  type Ticket,
  TicketModel,
  VoucherModel,
} from './models.js';
import { DocModel, KeyedDocModel } from './operator-models.js';
import { faultyTable } from './raw-table.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let faults: Table['faults'];
let raw: Table['raw'];
let lines: LogLine[];
let accounts: AccountModel;
let plain: PlainModel;
let products: ProductDynamoModel;
let tickets: TicketModel;
let scoped: Scoped<Ticket, 'assignee'>;
let vouchers: VoucherModel;
let docs: DocModel;
let keyedDocs: KeyedDocModel;
/** Keeps each version. */
class KeepingModel extends PlainModel {
  protected override getEntityName() {
    return 'Kept';
  }
  protected override keepsHistory() {
    return true;
  }
}
let keeping: KeepingModel;
/** Declares nothing of its index keys, so that each update reads first. */
class UndeclaredModel extends AccountModel {
  protected override indexedAttributes(): undefined {
    return undefined;
  }
}
let undeclared: UndeclaredModel;
class VisitedModel extends AccountModel {
  protected override counters() {
    return ['visits'] as const;
  }
}
let visited: VisitedModel;
class UsedModel extends VoucherModel {
  protected override counters() {
    return ['uses'] as const;
  }
}
let used: UsedModel;
beforeAll(async () => {
  const made = await faultyTable();
  ({ faults, raw } = made);
  const captured = capturedLogger('DEBUG');
  lines = captured.lines;
  const options = { ...made.table, logger: captured.logger };
  accounts = new AccountModel(options);
  plain = new PlainModel(options);
  products = new ProductDynamoModel(options);
  tickets = new TicketModel(options, 'COST');
  scoped = plain.within({ assignee: 'ada' });
  vouchers = new VoucherModel(options);
  docs = new DocModel(options);
  keyedDocs = new KeyedDocModel(options);
  undeclared = new UndeclaredModel(options);
  visited = new VisitedModel(options);
  used = new UsedModel(options);
  keeping = new KeepingModel(options);
});

let count = 0;
const data = () => ({ email: `cost-${++count}@example.com`, name: 'x' });
const newAccount = (): Promise<Account> => accounts.create(data());
const newPlain = async () => (await plain.create({ ref: `cost-${++count}` })).id;
const newKept = async () => (await keeping.create({ ref: `cost-${++count}` })).id;
const numbered = (n: number) => Array.from({ length: n }, () => `cost-${++count}`);
const stored = async (n: number, prefix: string) => {
  const refs = numbered(n);
  await raw.putAll(refs.map((ref) => ({ id: `${prefix}#${ref}`, ref })));
  return refs;
};
const inPartition = { index: 'GSI1', pk: 'COST', sk: { beginsWith: 'ASSIGNEE#' } } as const;

/** Each row of the README's table by its call: what stands before, and the call itself. */
const calls: Record<string, () => Promise<() => Promise<unknown>>> = {
  'getById(id)': async () => {
    const id = await newPlain();
    return () => plain.getById(id);
  },
  'getById(id, { consistent: true })': async () => {
    const id = await newPlain();
    return () => plain.getById(id, { consistent: true });
  },
  'getByIds(ids), 100 ids': async () => {
    const ids = await stored(100, 'PLAIN');
    return () => plain.getByIds(ids);
  },
  'getByUnique(attribute, value)': async () => {
    const { email } = await newAccount();
    return () => accounts.getByUnique('email', email);
  },
  'query(…), 1 item by its whole key': async () => {
    const { email } = await newAccount();
    return () => accounts.query({ index: 'GSI1', pk: 'ACCOUNT', sk: { eq: `EMAIL#${email}` } });
  },
  'query(…), a page of 100': async () => {
    await tickets.batchCreate(numbered(100).map((ref) => ({ ref, assignee: ref, text: 'x'.repeat(80) })));
    return () => tickets.query({ ...inPartition, limit: 100 });
  },
  'count(…), 100 items': async () => () => tickets.count(inPartition),
  'create(data), no unique attribute, no index': async () => () => plain.create({ ref: `cost-${++count}` }),
  'create(data), one unique attribute, two indexes': async () => () => accounts.create(data()),
  'create(data, { once }), no unique attribute, no index': async () => () =>
    plain.create({ ref: `cost-${++count}` }, { once: `cost-${count}` }),
  'create(data, { once }), one unique attribute, two indexes': async () => () =>
    accounts.create(data(), { once: `cost-${count}` }),
  'update(id, {})': async () => {
    const id = await newPlain();
    return () => plain.update(id, {});
  },
  'update(id, changes) of an undeclared attribute, no index': async () => {
    const id = await newPlain();
    return () => plain.update(id, { title: 'x' });
  },
  'update(id, changes) of an undeclared attribute, two indexes': async () => {
    const { id } = await newAccount();
    return () => accounts.update(id, { note: 'x' });
  },
  'update(id, changes), no attributes declared, two indexes': async () => {
    const { id } = await newAccount();
    return () => undeclared.update(id, { note: 'x' });
  },
  'update(id, changes) of a unique value, two indexes': async () => {
    const { id } = await newAccount();
    return () => accounts.update(id, { email: data().email });
  },
  'update(id, {}, { if, increment }), no index': async () => {
    const { id } = await vouchers.create({ status: 'open', uses: 1 });
    return () => vouchers.update(id, {}, { if: { uses: { gte: 1 } }, increment: { uses: -1 } });
  },
  'update(id, {}, { increment }) of counters, two indexes': async () => {
    const { id } = await visited.create(data());
    return () => visited.update(id, {}, { increment: { visits: 1 } });
  },
  'update(id, {}, { set, remove, append, addToSet }), no index': async () => {
    const { id } = await docs.create({ meta: { text: 'x' }, log: ['a'] });
    const [set, remove] = [{ 'meta.count': 1 }, ['meta.text'] as const];
    return () => docs.update(id, {}, { set, remove, append: { log: ['b'] }, addToSet: { tags: ['c'] } });
  },
  'update(id, {}, { append }), no attributes declared, two indexes': async () => {
    const { id } = await keyedDocs.create({ log: ['a'], meta: { text: 'x' } });
    return () => keyedDocs.update(id, {}, { append: { 'meta.log': ['b'] } });
  },
  'update(id, changes, { once }), no index': async () => {
    const id = await newPlain();
    return () => plain.update(id, { title: 'x' }, { once: `cost-${count}` });
  },
  'delete(id), no unique attribute, no index': async () => {
    const id = await newPlain();
    return () => plain.delete(id);
  },
  'delete(id), one unique attribute, two indexes': async () => {
    const { id } = await newAccount();
    return () => accounts.delete(id);
  },
  'batchCreate(list), 50 without unique attributes, no index': async () => () =>
    plain.batchCreate(numbered(50).map((ref) => ({ ref }))),
  'batchCreate(list), 50 without unique attributes, one index': async () => () =>
    products.batchCreate(numbered(50).map((name) => ({ name, price: 1 }))),
  'batchCreate(list), 50 with one unique attribute, two indexes': async () => () =>
    accounts.batchCreate(numbered(50).map(data)),
  'restore(entities), 50 without unique attributes, no index': async () => {
    const { success } = await plain.batchCreate(numbered(50).map((ref) => ({ ref })));
    await plain.batchDelete(success.map(({ id }) => id));
    return () => plain.restore(success);
  },
  'restore(entities), 50 with one unique attribute, two indexes': async () => {
    const { success } = await accounts.batchCreate(numbered(50).map(data));
    await accounts.batchDelete(success.map(({ id }) => id));
    return () => accounts.restore(success);
  },
  'batchUpdate(ids, changes) of an undeclared attribute, 50, no index': async () => {
    const ids = await stored(50, 'PLAIN');
    return () => plain.batchUpdate(ids, { title: 'x' });
  },
  'batchUpdate(ids, changes) of an undeclared attribute, 50, two indexes': async () => {
    const { success } = await accounts.batchCreate(numbered(50).map(data));
    return () =>
      accounts.batchUpdate(
        success.map(({ id }) => id),
        { note: 'x' },
      );
  },
  'batchUpdate(ids, changes), 50, no attributes declared, two indexes': async () => {
    const { success } = await accounts.batchCreate(numbered(50).map(data));
    return () =>
      undeclared.batchUpdate(
        success.map(({ id }) => id),
        { note: 'x' },
      );
  },
  'batchDelete(ids), 50 without unique attributes, no index': async () => {
    const ids = await stored(50, 'PLAIN');
    return () => plain.batchDelete(ids);
  },
  'batchDelete(ids), 50 with one unique attribute, two indexes': async () => {
    const { success } = await accounts.batchCreate(numbered(50).map(data));
    return () => accounts.batchDelete(success.map(({ id }) => id));
  },
  'update(id, changes) within a scope, no index': async () => {
    const { id } = await scoped.create({ ref: `cost-${++count}` });
    return () => scoped.update(id, { title: 'x' });
  },
  'delete(id) within a scope, no unique attribute, no index': async () => {
    const { id } = await scoped.create({ ref: `cost-${++count}` });
    return () => scoped.delete(id);
  },
  'batchDelete(ids) within a scope, 50 without unique attributes, no index': async () => {
    const { success } = await scoped.batchCreate(numbered(50).map((ref) => ({ ref })));
    return () => scoped.batchDelete(success.map(({ id }) => id));
  },
  'query(…) within a scope that the key holds, a page of 100': async () => {
    const ofScope = tickets.within({ text: 'x'.repeat(80) });
    return () => ofScope.query({ ...inPartition, limit: 100 });
  },
  'transact(parts), one created, one updated, no index': async () => {
    const id = await newPlain();
    return () => transact([plain.creating({ ref: `cost-${++count}` }), plain.updating(id, { title: 'x' })]);
  },
  "transact(parts), one created, one updated with returns: 'none', no index": async () => {
    const id = await newPlain();
    const change = plain.updating(id, { title: 'x' }, { returns: 'none' });
    return () => transact([plain.creating({ ref: `cost-${++count}` }), change]);
  },
  "transact(parts), one created, one counted with returns: 'none', no index": async () => {
    const { id } = await used.create({ status: 'open', uses: 1 });
    const part = used.updating(id, {}, { increment: { uses: 1 }, returns: 'none' });
    return () => transact([plain.creating({ ref: `cost-${++count}` }), part]);
  },
  'transact(parts), one created, one checked, no index': async () => {
    const id = await newPlain();
    return () => transact([plain.creating({ ref: `cost-${++count}` }), plain.checking(id)]);
  },
  'create(data) with its version kept, no index': async () => () => keeping.create({ ref: `cost-${++count}` }),
  'update(id, changes) with its version kept, no index': async () => {
    const id = await newKept();
    return () => keeping.update(id, { title: 'x' });
  },
  'delete(id) with its version kept, no index': async () => {
    const id = await newKept();
    return () => keeping.delete(id);
  },
  'versionsOf(id), 3 versions': async () => {
    const id = await newKept();
    await keeping.update(id, { title: 'x' });
    await keeping.update(id, { title: 'y' });
    return () => keeping.versionsOf(id);
  },
  'revert(id, version) of an existing entity, no index': async () => {
    const id = await newKept();
    await keeping.update(id, { title: 'x' });
    return () => keeping.revert(id, 1);
  },
  'snapshot(parts), 2 entities': async () => {
    const [a, b] = [await newPlain(), await newPlain()];
    return () => snapshot([plain.getting(a), plain.getting(b)]);
  },
  'upsert(id, data) of an existing entity, no index': async () => {
    const id = await newPlain();
    return () => plain.upsert(id, { ref: id, title: 'x' });
  },
};

/** Rows of the README's table of costs: call, requests by operation, units. */
const [, section = ''] = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split('## What a call costs');
const [table = ''] = section.split('\n## ');
const rows = table
  .split('\n')
  .map((line) => line.split(/\s*\|\s*/))
  .filter((cells) => cells.length === 5 && cells[1]?.startsWith('`'))
  .map(([, call = '', requests = '', units = '']) => [call.replaceAll('`', ''), requests.replaceAll('`', ''), units]);

describe('the README’s table of costs', () => {
  it('has a row for each call that is counted here', () => {
    expect(rows.map(([call]) => call)).toEqual(Object.keys(calls));
  });

  it.for(rows)('is right about %s', async ([call = '', requests, units], { task }) => {
    const engine = task.file.projectName;
    const run = await calls[call]?.();
    const before = { ...faults.counts };
    await run?.();
    const sent = Object.entries(faults.counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
    const spelled = sent.filter(([, n]) => n > 0).map(([name, n]) => (n === 1 ? name : `${n} ${name}`));
    expect(spelled.sort().join(', ')).toBe(requests);
    expect(lines.at(-1)?.requests).toBe(sent.reduce((sum, [, n]) => sum + n, 0));
    // DynamoDB Local reports a transaction of 100 actions as 2 units, and statements without units: only those of others are compared
    const isCounted = engine === 'dynoxide' || !/Transact|Statement/.test(requests ?? '');
    if (isCounted) expect(String(lines.at(-1)?.capacityUnits)).toBe(units);
  });
});
