import { throttlingHandler } from '@aws-starter-kit/dynamo-faults';
import { expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { ThrottledError } from '../src/index.js';
import { PostModel } from './post-model.js';
import { EntryModel } from './sharded-models.js';

const accepted = 20; // by a partition, at once
const wanted = 30;

/** Creates entities at a table whose partitions accept few writes, and returns what became of them. */
async function createUnderLimits(shards: number) {
  const honest = await freshTable();
  const limits = throttlingHandler({ writeUnits: 0.001, burstSeconds: accepted * 1000 });
  const { client } = await freshTable({ requestHandler: limits });
  const model = new EntryModel({ client, tableName: honest.tableName }, { shards });
  const created: string[] = [];
  const errors: unknown[] = [];
  for (let i = 0; i < wanted; i++) {
    const entity = { ref: `${i}`, group: 'g', name: `n${i}`, rank: i };
    // the machine may be busy; a write that is to be rejected waits for its deadline
    const deadlineMs = shards === 1 && i >= accepted ? 500 : 60_000;
    await model.create(entity, { deadlineMs }).then(
      ({ id }) => created.push(id),
      (error: unknown) => errors.push(error),
    );
  }
  const reader = new EntryModel(honest, { shards });
  const found = await Promise.all(
    (['GSI1', 'GSI2'] as const).map(async (index) => {
      const { items } = await reader.query({ index, pk: 'IN#g', limit: 1000 }, { deadlineMs: 60_000 });
      return items.map(({ id }) => id).sort();
    }),
  );
  expect(found).toEqual([created.toSorted(), created.toSorted()]);
  return { created, errors, limits };
}

it('with one shard, writes beyond the limit of a partition are rejected, and none that was accepted is lost', async () => {
  const { created, errors, limits } = await createUnderLimits(1);
  expect(created).toHaveLength(accepted);
  expect(errors).toHaveLength(wanted - accepted);
  expect(errors.some((error) => error instanceof ThrottledError)).toBe(true);
  expect([...limits.throttled.keys()].map((name) => name.split(' ').slice(1).join(' '))).toEqual(['GSI1 IN#g']);
});

it('with 16 shards, the same writes are spread, and all are accepted', async () => {
  const { created, errors, limits } = await createUnderLimits(16);
  expect(created).toHaveLength(wanted);
  expect(errors).toEqual([]);
  expect(limits.throttled.size).toBe(0);
});

/** Adds to one counter at a table whose partitions accept few writes. */
async function addUnderLimits(shards: number) {
  const honest = await freshTable();
  const limits = throttlingHandler({ writeUnits: 0.001, burstSeconds: accepted * 1000 });
  const { client } = await freshTable({ requestHandler: limits });
  const { likes } = new PostModel({ client, tableName: honest.tableName }, { shards });
  let added = 0;
  for (let i = 0; i < wanted; i++) {
    const deadlineMs = shards === 1 && i >= accepted ? 500 : 60_000;
    await likes.add('a', 1, { deadlineMs }).then(
      () => added++,
      () => {},
    );
  }
  expect(await new PostModel(honest, { shards }).likes.get('a', { consistent: true })).toBe(added);
  return { added, limits };
}

it('a counter of one shard accepts what one partition accepts, and loses no add that was acknowledged', async () => {
  const { added, limits } = await addUnderLimits(1);
  expect(added).toBe(accepted);
  expect([...limits.throttled.keys()].map((name) => name.split(' ')[1])).toEqual(['POST+likes#a#0']);
});

it('a counter of 16 shards accepts all adds', async () => {
  const { added, limits } = await addUnderLimits(16);
  expect(added).toBe(wanted);
  expect(limits.throttled.size).toBe(0);
});
