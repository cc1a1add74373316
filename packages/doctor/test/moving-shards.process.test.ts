import { type BaseModel, DynamoModel, type DynamoModelOptions, inspect, key } from '@aws-starter-kit/dynamo';
import { expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { examineTable } from '../src/index.js';

interface Entry extends BaseModel {
  name: string;
  rank: number;
}
interface Layout {
  readonly shards: number | readonly [number, number];
  readonly write?: number;
}

class EntryModel extends DynamoModel<Entry> {
  readonly #layout: Layout;
  constructor(options: DynamoModelOptions, layout: Layout) {
    super(options);
    this.#layout = layout;
  }
  protected getEntityName() {
    return 'Entry';
  }
  protected generateId(): string {
    return `${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
  }
  protected setGSIKeys(entity: Entry) {
    entity.pk1 = 'ENTRY';
    entity.sk1 = key(entity)`NAME#${'name'}`;
    entity.pk2 = 'ENTRY';
    entity.sk2 = key(entity)`RANK#${'rank'}`; // many ties
  }
  protected override indexShards() {
    return { GSI1: { ...this.#layout, by: 'name' }, GSI2: { ...this.#layout, by: 'id' } } as const;
  }
}

/** The way there and the way back. Before the third step of each, the doctor moves what is left. */
const deployments: readonly { layout: Layout; isLast?: boolean }[] = [
  { layout: { shards: [1, 4] } },
  { layout: { shards: [1, 4], write: 4 } },
  { layout: { shards: 4 }, isLast: true },
  { layout: { shards: [4, 1] } },
  { layout: { shards: [4, 1], write: 1 } },
  { layout: { shards: 1 }, isLast: true },
];
const processes = 3;
const walksEach = 5;
const patient = { deadlineMs: 60_000 };
const any = <E>(list: readonly E[]) => list[Math.floor(Math.random() * list.length)] as E;

async function entriesWithKeysOf(table: FreshTable, model: EntryModel, fix: boolean) {
  const { client, tableName } = table;
  return examineTable({
    client,
    tableName,
    models: [{ stores: inspect(model) }],
    fix,
    mark: false,
    rate: 1e6,
    segments: 1,
  });
}

it('moves an index to four shards and back beside live traffic: no page misses or doubles an entity', async () => {
  const table = await freshTable();
  const fleet = Array.from({ length: processes }, () => new EntryModel(table, { shards: 1 }));
  const known = new Map<string, Entry>();
  for (let i = 0; i < 60; i++) {
    const entity = await any(fleet).create({ name: `${i % 20}`, rank: i % 3 }, patient);
    known.set(entity.id, entity);
  }
  const stable = [...known.keys()].slice(0, 40);
  const done = { walks: 0, restarts: 0, moved: 0 };
  let isOver = false;

  /** Writes stable entities again with the same keys, and creates and deletes others. */
  async function write(): Promise<void> {
    while (!isOver) {
      const model = any(fleet);
      const others = [...known.keys()].filter((id) => !stable.includes(id));
      const random = Math.random();
      if (random < 0.6) {
        const { id, name, rank } = known.get(any(stable)) as Entry;
        expect(await model.update(id, { name, rank }, patient)).not.toBeNull();
        done.moved++;
      } else if (random < 0.8 || others.length < 10) {
        const entity = await model.create(
          { name: `${Math.floor(random * 20)}`, rank: Math.floor(random * 3) },
          patient,
        );
        known.set(entity.id, entity);
      } else {
        const id = any(others);
        known.delete(id);
        await model.delete(id, patient);
      }
    }
  }

  /** Walks through an index, each page by another process of the fleet. */
  async function read(): Promise<void> {
    while (!isOver) {
      const before = new Set(known.keys());
      const isByName = Math.random() < 0.5;
      const order = any(['asc', 'desc'] as const);
      const limit = 1 + Math.floor(Math.random() * 25);
      const filter = Math.random() < 0.3 ? { version: { gte: 1 } } : undefined;
      const found: Entry[] = [];
      let cursor: string | undefined;
      try {
        do {
          const query = { index: isByName ? 'GSI1' : 'GSI2', pk: 'ENTRY', order, limit, filter, cursor } as const;
          const page = await any(fleet).query(query, patient);
          found.push(...page.items);
          cursor = page.cursor;
        } while (cursor !== undefined);
      } catch (error) {
        if ((error as Error).name !== 'InvalidCursorError') throw error;
        done.restarts++; // a cursor of one partition, at a process that reads shards, or the other way round
        continue;
      }
      const ids = found.map(({ id }) => id);
      const missed = [...before].filter((id) => known.has(id) && !ids.includes(id));
      expect({ missed, doubled: ids.filter((id, i) => ids.indexOf(id) !== i) }).toEqual({ missed: [], doubled: [] });
      const keys = found.map(({ name, rank }) => (isByName ? name : String(rank)));
      expect(keys).toEqual(order === 'asc' ? [...keys].sort() : [...keys].sort().reverse());
      const counted = await any(fleet).count({ index: 'GSI1', pk: 'ENTRY', sk: { eq: 'NAME#7' } }, patient);
      expect(counted).toBeGreaterThanOrEqual(2); // stable ones
      done.walks++;
    }
  }

  const traffic = Promise.all([write(), write(), read(), read(), read()]);
  traffic.catch(() => {
    isOver = true;
  });
  const walked = async () => {
    const wanted = done.walks + walksEach;
    await expect.poll(() => isOver || done.walks >= wanted).toBe(true);
  };
  try {
    for (const { layout, isLast } of deployments) {
      if (isLast) {
        const [model] = fleet as [EntryModel];
        await entriesWithKeysOf(table, model, true);
        const { left, findings } = await entriesWithKeysOf(table, model, false);
        expect({ left, findings: findings['other shards'] }).toEqual({ left: 0, findings: { repaired: 0, left: 0 } });
      }
      for (let i = 0; i < processes; i++) {
        await walked();
        fleet[i] = new EntryModel(table, layout);
      }
      await walked();
      if (isOver) break;
    }
  } finally {
    isOver = true;
    await traffic;
  }
  expect(done.moved).toBeGreaterThan(0);
  const [last] = fleet as [EntryModel];
  expect((await entriesWithKeysOf(table, last, false)).left).toBe(0);
});
