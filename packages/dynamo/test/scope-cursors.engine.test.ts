import { beforeAll, describe, expect, it } from 'vitest';
import { collection, createDynamoClient } from '../src/index.js';
import { cursorKeyId } from '../src/read/cursor-key.js';
import { hide, reveal } from '../src/read/hidden-position.js';
import { ShapeModel } from './models.js';
import { faultyTable } from './raw-table.js';
import { DocModel, earlyPages } from './tenants.js';

type Table = Awaited<ReturnType<typeof faultyTable>>;
let made: Table;
let model: DocModel;
const tenant = (orgId: string) => model.within({ orgId });
const keys = (docs: readonly { key: string }[]) => docs.map(({ key }) => key).join(' ');
const inAll = { index: 'GSI2', pk: 'ALL' } as const;
const rejected = { name: 'InvalidCursorError' };

/** Each third document is of A; all others are of B, and secret. */
beforeAll(async () => {
  made = await faultyTable();
  model = new DocModel(made.table, 'blind');
  const all = Array.from({ length: 30 }, (_, i) => `k${10 + i}`);
  const docs = all.map((key, i) => (i % 3 === 0 ? { key, orgId: 'a' } : { key: `${key}-secret`, orgId: 'b' }));
  const { failed } = await model.batchCreate(docs.map((doc) => ({ ...doc, ref: doc.key })));
  expect(failed).toEqual([]);
});
const ofA = 'k10 k13 k16 k19 k22 k25 k28 k31 k34 k37';

describe('a page within a scope that ends early', () => {
  it.each(['asc', 'desc'] as const)('leads to all others, and tells nothing of another scope: %s', async (order) => {
    const cursors: string[] = [];
    const found = await earlyPages(tenant('a'), { ...inAll, order }, cursors);
    expect(keys(order === 'asc' ? found : [...found].reverse())).toBe(ofA);
    expect(cursors.length).toBeGreaterThan(10);
    for (const cursor of cursors) expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('secret');
    const open: string[] = [];
    await earlyPages(model as never, { ...inAll, filter: { orgId: 'a' } }, open);
    expect(open.map((cursor) => Buffer.from(cursor, 'base64url').toString()).join()).toContain('secret'); // which the test could see
  });

  it('has cursors of one length, whatever they hide', async () => {
    const cursors: string[] = [];
    await earlyPages(tenant('a'), { ...inAll, filter: { key: 'none' } }, cursors);
    expect(new Set(cursors.map(({ length }) => length)).size).toBe(1);
  });

  it('can be read backward', async () => {
    const a = tenant('a');
    const end = await a.query({ ...inAll, limit: 1, order: 'asc', filter: { key: 'k37' } });
    const found: string[] = [];
    for (let before = end.start; before !== undefined; ) {
      const page = await a.query({ ...inAll, before, maxScanned: 4 });
      found.unshift(...page.items.map(({ key }) => key));
      expect(Buffer.from(page.start ?? '', 'base64url').toString('latin1')).not.toContain('secret');
      before = page.start;
    }
    expect(found.join(' ')).toBe(ofA.replace(' k37', ''));
  });

  it('has a cursor that other processes know, and no other query', async () => {
    const { cursor } = await tenant('a').query({ ...inAll, maxScanned: 2 });
    const { endpoint, region, tableName } = made.honest;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const other = new DocModel({ client: createDynamoClient({ endpoint, region, credentials }), tableName }, 'blind');
    const rest = { ...inAll, cursor };
    expect(keys((await other.within({ orgId: 'a' }).query(rest)).items)).toBe(ofA.slice(4));
    for await (const docs of tenant('a').queryPages(rest)) expect(keys(docs)).toBe(ofA.slice(4));
    expect(await tenant('a').count(rest)).toBe(9);
    await expect(tenant('b').query(rest)).rejects.toMatchObject(rejected);
    await expect(model.query(rest)).rejects.toMatchObject(rejected);
    await expect(tenant('a').query({ ...rest, pk: 'OTHER' })).rejects.toMatchObject(rejected);
    for (const changed of [`${cursor}A`, `${cursor?.slice(0, -4)}AAAA`, 'E', 'EAAAA', `E${'A'.repeat(80)}`]) {
      await expect(tenant('a').query({ ...inAll, cursor: changed })).rejects.toMatchObject(rejected);
    }
  });

  it('takes the key that is stored in the table, once per process', async () => {
    const { patient, ...table } = made.honest;
    const client = createDynamoClient({
      endpoint: table.endpoint,
      region: table.region,
      requestHandler: made.faults,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const docs = new DocModel({ ...table, client }, 'blind').within({ orgId: 'a' });
    const countOf = async (work: () => Promise<unknown>) => {
      const { GetItem = 0, PutItem = 0 } = made.faults.counts;
      await work();
      return [(made.faults.counts.GetItem ?? 0) - GetItem, (made.faults.counts.PutItem ?? 0) - PutItem];
    };
    expect(await countOf(() => docs.query(inAll))).toEqual([0, 0]); // it cannot end early
    expect(await countOf(() => docs.query({ ...inAll, maxScanned: 2 }))).toEqual([1, 0]);
    expect(await countOf(() => docs.query({ ...inAll, maxScanned: 2 }))).toEqual([0, 0]);
    expect(await made.raw.get(cursorKeyId)).toMatchObject({ key: expect.any(Uint8Array) });
  });
});

it('one key is made where several processes need the first one', async () => {
  const fresh = await faultyTable();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const { endpoint, region, tableName } = fresh.honest;
  const clients = Array.from({ length: 5 }, () => createDynamoClient({ endpoint, region, credentials }));
  const models = clients.map((client) => new DocModel({ client, tableName }, 'blind').within({ orgId: 'a' }));
  await models[0]?.batchCreate(['x1', 'x2', 'x3'].map((ref) => ({ ref, key: ref })));
  const pages = await Promise.all(models.map((docs) => docs.query({ ...inAll, maxScanned: 1 })));
  for (const { cursor } of pages) {
    for (const docs of models) expect(keys((await docs.query({ ...inAll, cursor })).items)).toBe('x2 x3');
  }
});

describe('a cursor within a scope', () => {
  it('is rejected in another one, where the page was whole too', async () => {
    const { cursor } = await tenant('a').query({ ...inAll, limit: 2 });
    expect(keys((await tenant('a').query({ ...inAll, cursor })).items)).toBe(ofA.slice(8));
    await expect(tenant('b').query({ ...inAll, cursor })).rejects.toMatchObject(rejected);
    await expect(model.query({ ...inAll, cursor })).rejects.toMatchObject(rejected);
    const unscoped = await model.query({ ...inAll, limit: 2 });
    await expect(tenant('a').query({ ...inAll, cursor: unscoped.cursor })).rejects.toMatchObject(rejected);
  });

  it('does not depend on the order in which the scope was given', async () => {
    const { cursor } = await model.within({ orgId: 'b', ref: 'k11-secret' }).query({ ...inAll, maxScanned: 5 });
    const same = await model.within({ ref: 'k11-secret', orgId: 'b' }).query({ ...inAll, cursor });
    expect(same).toEqual({ items: [] });
  });

  it('of a collection is that of its scopes', async () => {
    const shapes = new ShapeModel(made.table).within({ kind: 'circle' });
    const found: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await collection({ docs: tenant('a'), shapes }, { index: 'GSI2' }).query({
        pk: 'ALL',
        limit: 3,
        cursor,
      });
      found.push(...page.items.docs.map(({ key }) => key));
      cursor = page.cursor;
      if (cursor === undefined) break;
      const ofB = collection({ docs: tenant('b'), shapes }, { index: 'GSI2' });
      await expect(ofB.query({ pk: 'ALL', cursor })).rejects.toMatchObject(rejected);
    }
    expect(found.join(' ')).toBe(ofA);
  });
});

it('what is hidden is revealed with the same key for the same query alone', () => {
  const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const cursor = hide(key, '["é"]', 'q');
  expect(reveal(key, cursor, 'q')).toBe('["é"]');
  expect(reveal(other, cursor, 'q')).toBeUndefined();
  expect(reveal(key, cursor, 'r')).toBeUndefined();
  expect(hide(key, '["é"]', 'q')).not.toBe(cursor);
  expect(reveal(key, hide(key, 'x'.repeat(256), 'q'), 'q')).toHaveLength(256);
});
