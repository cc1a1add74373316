import { randomUUID } from 'node:crypto';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  type BaseModel,
  DynamoModel,
  type DynamoModelOptions,
  generateUUID,
  inspect,
  shardedCounter,
} from '@aws-starter-kit/dynamo';
import { expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { type ExamineOptions, examineTable } from '../src/index.js';

class PollModel extends DynamoModel<BaseModel & { ref?: string }> {
  readonly votes;
  constructor(options: DynamoModelOptions, counter: { shards: number; write?: number } = { shards: 8 }) {
    super(options);
    this.votes = shardedCounter(this, 'votes', counter);
  }
  protected getEntityName() {
    return 'Poll';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys() {}
}

const examine = ({ client, tableName }: FreshTable, model: PollModel, options: Partial<ExamineOptions> = {}) =>
  examineTable({
    ...{ client, tableName, rate: 1e6, segments: 1, mark: false, models: [{ stores: inspect(model) }] },
    ...options,
  });
const consistent = { consistent: true } as const;
const addMany = ({ votes }: PollModel, id: string) =>
  Promise.all(Array.from({ length: 24 }, (_, i) => votes.add(id, 2 ** i, { deadlineMs: 120_000 })));
const total = 2 ** 24 - 1;

it('reports no counter of an existing entity, and counts no shard as an item of another model', async () => {
  const table = await freshTable();
  const polls = new PollModel(table);
  const { id } = await polls.create({});
  await addMany(polls, id);
  expect(await examine(table, polls)).toMatchObject({ left: 0, counts: { entities: 1, unknown: {} } });
  expect(await polls.votes.get(id, consistent)).toBe(total);
});

it('deletes counters whose entity is gone, and leaves those of others', async () => {
  const table = await freshTable();
  const polls = new PollModel(table);
  const [{ id }, gone] = [await polls.create({}), randomUUID()];
  await Promise.all([addMany(polls, id), addMany(polls, gone)]);
  const found = await examine(table, polls);
  expect(found.left).toBeGreaterThan(1);
  expect(found.findings['orphan counter'].left).toBe(found.left);
  expect(found.kept[0]).toMatchObject({ ids: [`POLL#${gone}`], what: 'Poll.votes: entity is gone' });
  expect((await examine(table, polls, { fix: true })).repaired).toBe(found.left);
  expect(await polls.votes.getMany([id, gone], consistent)).toEqual([total, 0]);
  expect((await examine(table, polls)).left).toBe(0);
});

it('moves the counts of shards that are not written any more, also during adds', async () => {
  const table = await freshTable();
  const [many, both, few] = [{ shards: 8 }, { shards: 8, write: 2 }, { shards: 2 }].map(
    (counter) => new PollModel(table, counter),
  ) as [PollModel, PollModel, PollModel];
  const { id } = await many.create({});
  await addMany(many, id);
  const adding = Promise.all(Array.from({ length: 20 }, () => both.votes.add(id, 1, { deadlineMs: 120_000 })));
  const fixed = await examine(table, both, { fix: true });
  await adding;
  expect(fixed.findings['other shards'].repaired).toBeGreaterThan(1);
  expect((await examine(table, both)).left).toBe(0);
  expect(await few.votes.get(id, consistent)).toBe(total + 20);
});

it('leaves a shard while its fence has attempts to keep out', async () => {
  const table = await freshTable();
  const polls = new PollModel(table, { shards: 1 });
  await polls.votes.add('gone');
  const key = { id: { S: 'POLL+votes#gone#0' } };
  const raise = (fence: number) =>
    table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: key,
        UpdateExpression: 'SET #fence = :fence',
        ExpressionAttributeNames: { '#fence': '_fence' },
        ExpressionAttributeValues: { ':fence': { N: String(fence) } },
      }),
    );
  await raise(Date.now());
  expect(await examine(table, polls, { fix: true })).toMatchObject({ left: 1, repaired: 0 });
  await raise(Date.now() - 11 * 60_000);
  expect(await examine(table, polls, { fix: true })).toMatchObject({ left: 0, repaired: 1 });
});

it('removes the tombstones of shards once they have nothing left to keep out', async () => {
  const table = await freshTable();
  const polls = new PollModel(table);
  const put = (shard: number, ageMs: number) =>
    table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: {
          id: { S: `POLL+votes#gone#${shard}` },
          _tombstone: { BOOL: true },
          _fence: { N: String(Date.now() - ageMs) },
        },
      }),
    );
  await put(0, 11 * 60_000);
  await put(1, 9 * 60_000);
  const counts = { tombstones: 2, removedTombstones: 1, unknown: {} };
  expect(await examine(table, polls, { fix: true })).toMatchObject({ left: 0, repaired: 0, counts });
  expect((await examine(table, polls)).counts.tombstones).toBe(1);
});
