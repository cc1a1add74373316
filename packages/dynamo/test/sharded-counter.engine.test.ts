import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FreshTable } from '../../../test/fresh-table.js';
import { inspect, shardedCounter, transact } from '../src/index.js';
import { capturedLogger } from './captured-logger.js';
import { PostModel, SluggedModel } from './post-model.js';
import { faultyTable } from './raw-table.js';

let made: Awaited<ReturnType<typeof faultyTable>>;
let table: FreshTable;
let posts: PostModel;
beforeAll(async () => {
  made = await faultyTable();
  table = made.table;
  posts = new PostModel(table);
});

const consistent = { consistent: true } as const;
/** On a busy machine, an attempt may take long. */
const patient = { deadlineMs: 120_000 };
const newPost = (model = posts) => {
  const ref = randomUUID();
  return model.create({ ref, title: ref, slug: ref });
};
const itemsOf = (id: string, entity = 'POST') => made.raw.items(`${entity}+likes#${id}#`);

describe('a sharded counter', () => {
  it('is the sum of what was added to its shards, in one request each way', async () => {
    const { id } = await newPost();
    await Promise.all(Array.from({ length: 40 }, (_, i) => posts.likes.add(id, i + 1, patient)));
    await posts.likes.add(`POST#${id}`, -20);
    await posts.likes.add(id);
    const items = await itemsOf(id);
    expect(items.length).toBeGreaterThan(1);
    expect(items.length).toBeLessThanOrEqual(8);
    const before = made.faults.requests.length;
    expect(await posts.likes.get(id, consistent)).toBe(801);
    expect(made.faults.requests.slice(before).map(({ operation }) => operation)).toEqual(['BatchGetItem']);
    expect(await posts.likes.getMany([id, 'unknown', id], consistent)).toEqual([801, 0, 801]);
  });

  it('leaves its entity as it is, and is no entity itself', async () => {
    const { id } = await newPost();
    await posts.likes.add(id, 5);
    expect(await posts.getById(id, consistent)).toMatchObject({ id, version: 1 });
    const [item] = await itemsOf(id);
    expect(item).not.toHaveProperty('pk1');
    expect((await posts.scanAll(consistent)).filter((one) => one.id.includes(id))).toHaveLength(1);
    expect((await posts.query({ index: 'GSI1', pk: 'POST', limit: 1000 })).items.every((one) => one.ref)).toBe(true);
    const image = { id: { S: String(item?.id) }, count: { N: '5' } };
    expect(posts.entityOf({ dynamodb: { NewImage: image, StreamViewType: 'NEW_AND_OLD_IMAGES' } })).toBeNull();
  });

  it('is not added to again where a shard was created, without an answer, and is another one since', async () => {
    const solo = shardedCounter(posts, 'solo', { shards: 1 });
    const shard = 'POST+solo#moved#0';
    const longAgo = Date.now() - 11 * 60_000;
    await made.raw.put({ id: shard, _tombstone: true, _fence: longAgo });
    made.gate.hold('PutItem', { isApplied: true });
    made.gate.before('PutItem', 1, () => made.raw.put({ id: shard, count: 7, version: 1, createdAt: 'now' }));
    await expect(solo.add('moved', 5, patient)).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
    expect(await solo.get('moved', consistent)).toBe(7);
    await made.raw.put({ id: shard, _tombstone: true, _fence: longAgo });
    made.gate.before('PutItem', 1, () => made.raw.put({ id: shard, count: 7, version: 1, createdAt: 'now' }));
    await solo.add('moved', 5, patient);
    expect(await solo.get('moved', consistent)).toBe(12);
  });

  it('keeps apart counters of other names, other models, and ids that begin alike', async () => {
    const slugged = new SluggedModel(table);
    const views = shardedCounter(posts, 'views', { shards: 2 });
    for (const id of ['a', 'a#1', 'a#1#1']) await posts.likes.add(id, id.length);
    await Promise.all([views.add('a', 10), slugged.likes.add('a', 100)]);
    expect(await posts.likes.getMany(['a', 'a#1', 'a#1#1'], consistent)).toEqual([1, 3, 5]);
    expect([await views.get('a', consistent), await slugged.likes.get('a', consistent)]).toEqual([10, 100]);
  });

  it('takes whole numbers, for ids that an entity can have', async () => {
    for (const amount of [0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      await expect(posts.likes.add('x', amount)).rejects.toBeInstanceOf(RangeError);
    }
    const long = 'x'.repeat(2040);
    for (const id of ['', long]) {
      await expect(posts.likes.add(id)).rejects.toMatchObject({ name: 'InvalidItemError', attribute: 'id' });
      expect(await posts.likes.get(id)).toBe(0);
    }
    await new PostModel(table, { shards: 1 }).likes.add('full', 2 ** 52);
    const more = new PostModel(table, { shards: 1 }).likes.add('full', 2 ** 52);
    await expect(more).rejects.toMatchObject({ name: 'InvalidItemError', attribute: 'count' });
  });

  it('is declared once for each name, with 1 to 100 shards', () => {
    const declare = (name: string, options: { shards: number; write?: number }) => () =>
      shardedCounter(new PostModel(table), name, options);
    for (const shards of [0, 101, 1.5]) expect(declare('views', { shards })).toThrow(TypeError);
    expect(declare('views', { shards: 4, write: 5 })).toThrow(TypeError);
    for (const name of ['', 'a#b', '1']) expect(declare(name, { shards: 2 })).toThrow(TypeError);
    expect(declare('likes', { shards: 2 })).toThrow('two sharded counters');
  });

  it('touches neither network nor environment when it is declared', () => {
    expect(inspect(new PostModel({})).counters.map(({ shards }) => shards)).toEqual([8]);
  });
});

it('costs what its guide says', async () => {
  const { logger, lines } = capturedLogger('DEBUG');
  const honest = { ...made.honest, logger };
  const { likes } = new PostModel(honest, { shards: 1 });
  await likes.add('cost');
  await likes.add('cost');
  for (let i = 0; i < 16; i++) await made.raw.put({ id: `POST+likes#full#${i}`, count: 2, version: 1 });
  const full = new PostModel(honest, { shards: 16 }).likes;
  expect(await full.get('full')).toBe(32);
  expect(await full.get('full', consistent)).toBe(32);
  expect(lines.map(({ requests, capacityUnits }) => [requests, capacityUnits])).toEqual([
    [1, 1],
    [1, 1],
    [1, 8],
    [1, 16],
  ]);
});

describe('the number of shards', () => {
  it('grows without a migration', async () => {
    const { id } = await newPost();
    const [few, both, many] = [{ shards: 2 }, { shards: 16, write: 2 }, { shards: 16 }].map(
      (counter) => new PostModel(table, counter).likes,
    ) as [PostModel['likes'], PostModel['likes'], PostModel['likes']];
    const addAll = (counter: PostModel['likes'], n: number) =>
      Promise.all(Array.from({ length: n }, () => counter.add(id, 1, patient)));
    await addAll(few, 20);
    await addAll(both, 20);
    expect(await few.get(id, consistent)).toBe(40);
    await addAll(many, 40);
    expect([await both.get(id, consistent), await many.get(id, consistent)]).toEqual([80, 80]);
  });
});

describe('a deleted entity', () => {
  const ways = {
    delete: (model: PostModel, id: string) => model.delete(id),
    batchDelete: (model: PostModel, id: string) => model.batchDelete([id, 'unknown']),
    transact: (model: PostModel, id: string) => transact([model.deleting(id)]),
    once: (model: PostModel, id: string) => model.delete(id, { once: randomUUID() }),
    within: (model: PostModel, id: string) => model.within({ ref: id }).delete(id),
  };
  it.each(Object.entries(ways))('takes its counters with it, by %s', async (_, remove) => {
    for (const [model, entity] of [
      [posts, 'POST'],
      [new SluggedModel(table), 'SLUGGED'],
    ] as const) {
      const [{ id }, other] = [await newPost(model), await newPost(model)];
      await Promise.all(Array.from({ length: 12 }, () => model.likes.add(id, 1, patient)));
      await model.likes.add(other.id);
      await remove(model, id);
      expect(await itemsOf(id, entity)).toEqual([]);
      expect(await model.likes.getMany([id, other.id], consistent)).toEqual([0, 1]);
    }
  });

  it('is deleted, whatever becomes of its counters', async () => {
    const { id } = await newPost();
    await posts.likes.add(id);
    made.faults.setRules([{ fault: 'throttle', operation: 'BatchGetItem' }]);
    expect(await posts.delete(id, { deadlineMs: 300 })).toBe(true);
    made.faults.setRules([]);
    expect(await itemsOf(id)).toHaveLength(1);
  });

  it('is deleted in the time of the call, its counters included', async () => {
    const { id } = await newPost();
    await posts.likes.add(id);
    made.faults.setRules([
      { fault: 'latency', operation: ['DeleteItem', 'TransactWriteItems'], ms: [700, 700] },
      { fault: 'hang', operation: 'BatchGetItem' },
    ]);
    const began = performance.now();
    expect(await posts.delete(id, { deadlineMs: 1000 })).toBe(true);
    expect(performance.now() - began).toBeLessThan(1400); // a second deadline would end after 1,700
    made.faults.setRules([]);
  });

  it.each(['delete', 'batchDelete', 'a delete without an answer'])(
    'in one scope leaves the counters of another, by %s',
    async (way) => {
      for (const model of [posts, new SluggedModel(table)]) {
        const { id } = await newPost(model);
        await model.likes.add(id, 5);
        const other = model.within({ ref: 'another' });
        if (way === 'a delete without an answer') {
          made.faults.setRules([{ fault: 'lost-reply', operation: 'DeleteItem', times: 1 }]);
        }
        await (way === 'batchDelete' ? other.batchDelete([id]) : other.delete(id));
        made.faults.setRules([]);
        expect(await model.getById(id, consistent)).toMatchObject({ id });
        expect(await model.likes.get(id, consistent)).toBe(5);
      }
    },
  );

  it('that is created anew before its counters are deleted keeps them', async () => {
    const { id } = await newPost();
    await posts.likes.add(id);
    const another = new PostModel(made.honest);
    made.gate.before('BatchGetItem', 1, async () => {
      await another.create({ ref: id, title: 'anew' });
      await another.likes.add(id, 10);
    });
    expect(await posts.delete(id)).toBe(true);
    expect(await posts.likes.get(id, consistent)).toBe(11);
  });

  it('keeps its counters if it was not deleted after all', async () => {
    const { id } = await newPost();
    await posts.likes.add(id);
    await expect(posts.delete(id, { expectedVersion: 7 })).rejects.toMatchObject({ name: 'VersionConflictError' });
    await expect(transact([posts.deleting(id), posts.checking('unknown')])).rejects.toThrow();
    expect(await posts.likes.get(id, consistent)).toBe(1);
  });
});
