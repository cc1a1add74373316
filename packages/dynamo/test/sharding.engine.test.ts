import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BaseModel, collection, DynamoModel, type DynamoModelOptions, key, type Query } from '../src/index.js';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { collect } from './models.js';
import { faultyTable } from './raw-table.js';
import { type Entry, EntryModel, type Layout } from './sharded-models.js';

let made: Awaited<ReturnType<typeof faultyTable>>;
let lines: LogLine[];
let options: DynamoModelOptions;
beforeAll(async () => {
  made = await faultyTable();
  const captured = capturedLogger('DEBUG');
  lines = captured.lines;
  options = { ...made.table, logger: captured.logger };
});
beforeEach(() => {
  lines.length = 0;
});

let count = 0;
const newGroup = () => `g${++count}`;
const entriesOf = (group: string, n: number, more: Partial<Entry> = {}) =>
  Array.from({ length: n }, (_, i) => ({
    ref: `${group}-${String(i).padStart(4, '0')}`,
    group,
    name: `n${String(i).padStart(4, '0')}`,
    rank: i % 5,
    ...more,
  }));
async function modelOf(layout: Layout, group: string, n: number, more: Partial<Entry> = {}) {
  const model = new EntryModel(options, layout);
  expect((await model.batchCreate(entriesOf(group, n, more))).failed).toEqual([]);
  lines.length = 0;
  return model;
}
const names = (items: readonly { name: string }[]) => items.map(({ name }) => Number(name.slice(1)));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const costOf = (operation: string) => {
  const of = lines.filter((line) => line.operation === operation);
  const sum = (name: string) => of.reduce((total, line) => total + Number(line[name]), 0);
  return { calls: of.length, requests: sum('requests'), units: sum('capacityUnits') };
};

describe('what a query of shards costs', () => {
  it('a look-up by the attribute of `by` is one request, and two while the index moves', async () => {
    const group = newGroup();
    const eight = await modelOf({ shards: 8 }, group, 40);
    const lookUp = { index: 'GSI1', of: { group, name: 'n0007' } } as const;
    expect(names((await eight.query(lookUp)).items)).toEqual([7]);
    expect(costOf('query')).toEqual({ calls: 1, requests: 1, units: 0.5 });
    expect(await eight.count({ index: 'GSI1', pk: `IN#${group}`, sk: { eq: 'Nn0007' } })).toBe(1);
    expect(costOf('count')).toEqual({ calls: 1, requests: 1, units: 0.5 });
    const moving = new EntryModel(options, { shards: [8, 16] });
    lines.length = 0;
    expect(names((await moving.query(lookUp)).items)).toEqual([7]);
    expect(costOf('query').requests).toBe(2);
  });

  it('an update, a create and a delete cost what they cost with one shard', async () => {
    const costs = [];
    for (const shards of [1, 8]) {
      const model = await modelOf({ shards }, newGroup(), 1);
      const entity = await model.create({ ref: `w${shards}`, group: newGroup(), name: 'a', rank: 1 });
      await model.update(entity.id, { note: 'x' });
      await model.update(entity.id, { name: 'b' });
      await model.delete(entity.id);
      costs.push(lines.map(({ operation, requests, capacityUnits }) => ({ operation, requests, capacityUnits })));
    }
    expect(costs[1]).toEqual(costs[0]);
  });

  /** As docs/growth.md has it: from the simulation, with items of 350 bytes. */
  const designed: readonly [shards: number, limit: number, requests: number, units: number][] = [
    [1, 20, 1, 1],
    [2, 20, 2.1, 2.1],
    [4, 20, 4.1, 2],
    [8, 20, 8.3, 4.2],
    [16, 20, 16.1, 8],
    [1, 100, 1, 4.5],
    [2, 100, 2.5, 6.4],
    [4, 100, 4.9, 7.3],
    [8, 100, 9.7, 9.7],
    [16, 100, 17.7, 8.8],
  ];

  it.each(designed)(
    '%d shards, a page of %d: about %d requests and %d units, as designed',
    async (shards, limit, requests, units) => {
      const group = newGroup();
      const model = await modelOf({ shards }, group, 1200, { note: 'x'.repeat(80) });
      const pages = 10;
      let cursor: string | undefined;
      for (let page = 0; page < pages; page++) {
        const found = await model.query({ index: 'GSI1', pk: `IN#${group}`, limit, cursor });
        expect(names(found.items)).toEqual(range(page * limit, (page + 1) * limit));
        cursor = found.cursor;
      }
      const cost = costOf('query');
      expect(cost.requests / pages).toBeLessThanOrEqual(requests * 1.1);
      expect(cost.requests / pages).toBeGreaterThanOrEqual(shards);
      expect(cost.units / pages).toBeLessThanOrEqual(units * 1.15);
      lines.length = 0;
      expect(await model.count({ index: 'GSI1', pk: `IN#${group}` })).toBe(1200);
      expect(costOf('count').requests).toBe(shards);
    },
  );

  it('a bounded count reads about as much as it counts', async () => {
    const group = newGroup();
    const model = await modelOf({ shards: 8 }, group, 400);
    const log = () => lines.at(-1);
    expect(await model.count({ index: 'GSI1', pk: `IN#${group}`, atMost: 80 })).toBe(80);
    expect(Number(log()?.requests)).toBeLessThanOrEqual(20);
    expect(Number(log()?.capacityUnits)).toBeLessThanOrEqual(10);
  });

  it('`maxScanned` bounds what all shards read together, but for one item of each', async () => {
    const group = newGroup();
    const model = await modelOf({ shards: 8 }, group, 100);
    for (const maxScanned of [1, 8, 30]) {
      const none = { index: 'GSI1', pk: `IN#${group}`, filter: { note: 'none' }, maxScanned } as const;
      const page = await model.query(none);
      expect(page).toMatchObject({ items: [], cursor: expect.any(String) });
      expect(lines.at(-1)?.scanned).toBeLessThanOrEqual(Math.max(8, maxScanned));
    }
  });
});

describe('an index that moves', () => {
  it('goes on after the place of its cursor, with any number of shards on the way', async () => {
    const group = newGroup();
    const path: Layout[] = [
      { shards: [1, 4] },
      { shards: [1, 4], write: 4 },
      { shards: 4 },
      { shards: [4, 6] },
      { shards: 6 },
    ];
    const models = path.map((layout) => new EntryModel(options, layout));
    const entries = entriesOf(group, 30);
    let cursor: string | undefined;
    const found: number[] = [];
    for (const [i, entry] of entries.entries()) await models[i < 15 ? 0 : 1]?.create(entry);
    for (const [step, model] of models.entries()) {
      const { items } = await model.query({ index: 'GSI1', pk: `IN#${group}` });
      for (const { id, name } of items) await model.update(id, { name }); // moves what this deployment moves
      const page = await model.query({ index: 'GSI1', pk: `IN#${group}`, limit: 6, cursor });
      found.push(...names(page.items));
      cursor = page.cursor;
      expect(cursor === undefined).toBe(step === models.length - 1);
    }
    expect(found).toEqual(range(0, 30));
  });

  it('rejects the cursor of an index with one shard, whose order among equal keys is not known', async () => {
    const group = newGroup();
    const plain = await modelOf({ shards: 1 }, group, 10);
    const { cursor } = await plain.query({ index: 'GSI1', pk: `IN#${group}`, limit: 3 });
    for (const shards of [4, [1, 4], [4, 1]] as const) {
      const other = new EntryModel(options, { shards });
      await expect(other.query({ index: 'GSI1', pk: `IN#${group}`, cursor })).rejects.toMatchObject({
        name: 'InvalidCursorError',
      });
    }
  });

  it('keeps apart a shard and the partition of an entity whose own key has the same text', async () => {
    const [group, other] = ['own', 'own~1'];
    const [still, moved] = [
      new EntryModel(options, { shards: [1, 2] }),
      new EntryModel(options, { shards: [1, 2], write: 2 }),
    ];
    await still.batchCreate(entriesOf(other, 5));
    await moved.batchCreate(entriesOf(group, 5).map((entry) => ({ ...entry, ref: `s-${entry.ref}` })));
    for (const one of [group, other]) {
      const query = { index: 'GSI1', pk: `IN#${one}` } as const;
      const { items } = await still.query({ ...query, attributes: ['group'] });
      expect(items.map((item) => item.group)).toEqual(Array(5).fill(one));
      expect(await moved.count(query)).toBe(5);
    }
  });

  it('gives all of many entries with one sort key, in pages that end early too', async () => {
    const group = newGroup();
    const model = await modelOf({ shards: [1, 4] }, group, 60, { name: 'same' });
    const query = { index: 'GSI1', pk: `IN#${group}`, limit: 7 } as const;
    for (const order of ['asc', 'desc'] as const) {
      for (const maxScanned of [undefined, 5]) {
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await model.query({ ...query, order, maxScanned, cursor });
          ids.push(...page.items.map(({ id }) => id));
          cursor = page.cursor;
        } while (cursor !== undefined);
        const sorted = [...ids].sort();
        expect(ids).toEqual(order === 'asc' ? sorted : sorted.reverse());
        expect(new Set(ids).size).toBe(60);
      }
    }
  });
});

describe('other calls', () => {
  it('moves an entry to another shard when its sort key changes, and leaves it there otherwise', async () => {
    const group = newGroup();
    const model = await modelOf({ shards: 16 }, group, 1);
    const id = `${group}-0000`;
    const stored = async () => (await made.raw.items(`ENTRY#${id}`))[0];
    const before = await stored();
    await model.update(id, { note: 'x' });
    expect(await stored()).toMatchObject({ pk1: before?.pk1, sk1: before?.sk1, pk2: before?.pk2, sk2: before?.sk2 });
    await model.update(id, { name: 'other' });
    const after = await stored();
    expect(after).toMatchObject({ sk1: `Nother\u0001#ENTRY#${id}`, pk2: before?.pk2, sk2: before?.sk2 });
    expect(after?.pk1).toMatch(/^IN#g\d+~\d+$/);
    expect((await model.query({ index: 'GSI1', pk: `IN#${group}` })).items).toHaveLength(1);
    expect(
      model.entityOf({ dynamodb: { NewImage: { id: { S: `ENTRY#${id}` }, pk1: { S: 'IN~3' }, name: { S: 'a' } } } }),
    ).toEqual({
      after: { id, name: 'a', version: 0 },
    });
  });

  it('keeps to a scope, also in pages that end early', async () => {
    const group = newGroup();
    const all = await modelOf({ shards: 4 }, group, 40);
    const scoped = all.within({ rank: 3 });
    const query = { index: 'GSI1', pk: `IN#${group}`, limit: 3 } as const;
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await scoped.query({ ...query, maxScanned: 6, cursor });
      if (page.cursor && page.items.length < 3) expect(page.cursor).toMatch(/^E/); // encrypted
      found.push(...page.items.map(({ name }) => name));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(found.map((name) => Number(name.slice(1)))).toEqual(range(0, 40).filter((i) => i % 5 === 3));
    await expect(all.query({ ...query, cursor: (await scoped.query(query)).cursor })).rejects.toThrow('cursor');
  });

  it('reports a missing index once, and leaves no request behind', async () => {
    class Third extends EntryModel {
      protected override setGSIKeys(entity: Entry) {
        entity.pk1 = key(entity)`IN#${'group'}`;
        entity.sk1 = key(entity)`N${'name'}`;
        entity.pk2 = key(entity)`IN#${'group'}`;
        entity.sk2 = key(entity)`R#${'rank'}`;
        entity.pk3 = key(entity)`IN#${'group'}`;
        entity.sk3 = key(entity)`R#${'rank'}`;
      }
      protected override indexShards() {
        return { ...super.indexShards(), GSI3: { shards: 8, by: 'id' } } as const;
      }
    }
    const query = { index: 'GSI3', pk: 'IN#x' } as const satisfies Query<Entry>;
    await expect(new Third(options, { shards: 8 }).query(query)).rejects.toMatchObject({ name: 'IndexNotFoundError' });
  });

  it('fails at its deadline where nothing was read, and ends with its signal', async () => {
    const group = newGroup();
    const model = await modelOf({ shards: 4 }, group, 30);
    const query = { index: 'GSI1', pk: `IN#${group}`, limit: 2, filter: { note: 'none' } } as const;
    await expect(model.query(query, { deadlineMs: 0 })).rejects.toMatchObject({ name: 'DeadlineExceededError' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(collect(model.queryPages(query, { signal }))).rejects.toThrow('enough');
  });
});

interface Part extends BaseModel {
  group: string;
  label: string;
}
class PartModel extends DynamoModel<Part> {
  readonly #shards: number;
  constructor(given: DynamoModelOptions, shards: number) {
    super(given);
    this.#shards = shards;
  }
  protected getEntityName() {
    return 'Part';
  }
  protected generateId({ label }: { label: string }) {
    return label;
  }
  protected setGSIKeys(entity: Part) {
    entity.pk1 = key(entity)`IN#${'group'}`;
    entity.sk1 = key(entity)`N${'label'}`;
  }
  protected override indexShards() {
    return { GSI1: { shards: this.#shards, by: 'id' } } as const;
  }
}

describe('a collection of sharded models', () => {
  it('gives both kinds in one order, also those with the same sort key and id', async () => {
    const group = newGroup();
    const entries = new EntryModel(options, { shards: 4 });
    const parts = new PartModel(options, 4);
    for (let i = 0; i < 20; i++) {
      const text = `${group}-${i % 10}`;
      if (i < 10) await entries.create({ ref: text, group, name: text, rank: 0 });
      else await parts.create({ group, label: text });
    }
    const both = collection({ entries, parts }, { index: 'GSI1' });
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await both.query({ of: { group }, limit: 3, cursor });
      found.push(...page.items.entries.map(({ id }) => `e${id}`), ...page.items.parts.map(({ id }) => `p${id}`));
      cursor = page.cursor;
    } while (cursor !== undefined);
    const expected = range(0, 10).flatMap((i) => [`e${group}-${i}`, `p${group}-${i}`]);
    expect(found.sort()).toEqual(expected.sort());
  });

  it('rejects models with different numbers of shards', async () => {
    const both = collection(
      { a: new EntryModel(options, { shards: 4 }), b: new PartModel(options, 2) },
      { index: 'GSI1' },
    );
    await expect(both.query({ of: { group: 'x' } })).rejects.toThrow(
      'The models of the collection have different numbers of shards in GSI1',
    );
  });
});
