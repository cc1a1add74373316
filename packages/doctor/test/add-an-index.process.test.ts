import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect, tableDefinition } from '@aws-starter-kit/dynamo';
import { addIndexes, costText, indexPlan } from '@aws-starter-kit/table';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { olderTable } from '../../../test/older-table.js';
import { examineTable } from '../src/index.js';

// tables begin with two indexes here, whatever .env.example says
beforeAll(() => vi.stubEnv('DYNAMODB_INDEXES', '2'));
afterAll(() => vi.unstubAllEnvs());

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const chapter = readFileSync(at('../../../docs/add-an-index.md'), 'utf8');
const [text = ''] = /(?<=^```text\n).*?(?=^```$)/ms.exec(chapter) ?? [];
const [program = ''] = /(?<=^```ts\n).*?(?=^```$)/ms.exec(chapter) ?? [];

describe('the chapter "Add an index"', () => {
  const file = at(`../.local/add-an-index-${process.pid}.ts`);
  beforeAll(() => {
    mkdirSync(at('../.local'), { recursive: true });
    writeFileSync(file, program);
  });
  afterAll(() => rmSync(file, { force: true }));
  beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

  it('shows the cost as the command does', () => {
    const table = {
      ...tableDefinition('tasks', { indexes: 2 }),
      ItemCount: 1_200_000,
      TableSizeBytes: 1_200_000 * 635,
    };
    expect(text).toBe(`${costText(indexPlan(table, 3))}\n`);
  });

  it('brings old and new items into the index, in its order of steps', async () => {
    const old = (n: number, more: object = {}) => ({
      ...{ id: `TASK#old-${n}`, title: 'old', createdAt: `2024-01-0${n}T00:00:00.000Z`, version: 1 },
      ...{ pk1: 'TASK', sk1: `CREATED#2024-01-0${n}T00:00:00.000Z` },
      ...more,
    });
    const table = await olderTable([old(1, { owner: 'ann' }), old(2, { owner: 'ann' }), old(3)]);
    const { client, tableName } = table;
    const { TaskModel } = await import(/* @vite-ignore */ file);
    const tasks = new TaskModel({ client, tableName });
    const titles = async () => {
      const page: { items: { title: string }[] } = await tasks.getByOwner('ann');
      return page.items.map(({ title }) => title);
    };
    const examine = (fix: boolean) =>
      examineTable({ client, tableName, fix, models: [{ stores: inspect(tasks) }], mark: false, rate: 100_000 });

    await expect(titles()).rejects.toMatchObject({ name: 'IndexNotFoundError', index: 'GSI3', isBuilding: false });
    expect(await addIndexes({ client, tableName, indexes: 3 })).toEqual(['GSI3']);
    await tasks.create({ title: 'new', owner: 'ann' });
    await expect.poll(titles).toEqual(['new']);

    const found = await examine(false);
    expect(found.kept.map(({ what }) => what)).toEqual([
      'pk3 is missing, sk3 is missing',
      'pk3 is missing, sk3 is missing',
    ]);
    expect(await examine(true)).toMatchObject({ repaired: 2, left: 0 });
    await expect.poll(titles).toEqual(['old', 'old', 'new']);
    expect(await examine(false)).toMatchObject({ repaired: 0, left: 0 });
  });
});
