import { describe, expect, it } from 'vitest';
import type { Call } from '../src/call/call.js';
import type { StoredItem } from '../src/entity/entity.js';
import { DeadlineExceededError } from '../src/errors.js';
import type { Position } from '../src/read/cursor.js';
import { IndexReading, type QueryRequest } from '../src/read/index-reading.js';
import { ShardLane } from '../src/read/lane.js';
import { MergedReading } from '../src/read/merged-reading.js';
import type { ReadingOptions } from '../src/read/reading.js';

interface Stored extends StoredItem {
  readonly sk1: string;
  readonly matches: boolean;
}

const item = (n: number, matches: boolean): Stored => {
  const id = `E#${String(n).padStart(6, '0')}`;
  return { id, sk1: id, matches, version: 1 };
};

/** Shards in which items follow each other in turn. It answers so many requests; then the deadline has come. */
const engineOf = (items: readonly Stored[], shards: number, answers: number) => {
  const cost = { requests: 0, scanned: 0 };
  const ofShard = (pk: string) => items.filter((_, i) => `P~${i % shards}` === pk);
  const read = async (_: 'Query', request: QueryRequest) => {
    if (cost.requests === answers) throw new DeadlineExceededError(100);
    cost.requests++;
    const all = ofShard(request.ExpressionAttributeValues?.[':pk'] as string);
    const begin = String(request.ExclusiveStartKey?.sk1 ?? '');
    const rest = all.filter(({ sk1 }) => sk1 > begin);
    const page = rest.slice(0, request.Limit);
    cost.scanned += page.length;
    const Items = page.filter(({ matches }) => matches);
    const last = page.at(-1);
    const isAtEnd = last === undefined || page.length === rest.length;
    return {
      ...{ Items, Count: Items.length, ScannedCount: page.length },
      ...(!isAtEnd && { LastEvaluatedKey: { id: last.id, pk1: '', sk1: last.sk1 } }),
    };
  };
  return { cost, call: { read } as unknown as Call };
};

/** Reads one page, and returns what it cost. */
async function readPage(
  items: readonly Stored[],
  shards: number,
  { wanted = 21, isFiltered = true, answers = Number.POSITIVE_INFINITY, start = undefined as Position | undefined },
) {
  const { cost, call } = engineOf(items, shards, answers);
  const options: ReadingOptions = { isFiltered, log: {} };
  const lanes = Array.from({ length: shards }, (_, shard) => {
    const request: QueryRequest = {
      TableName: 't',
      ExpressionAttributeValues: { ':pk': `P~${shard}` },
      ExclusiveStartKey: start && { id: start.id, sk1: start.sk },
    };
    return new ShardLane(new IndexReading(request, 'GSI1', options, Math.max(25, Math.ceil(100 / shards))));
  });
  const reading = new MergedReading(lanes, true, options);
  await reading.readTo(wanted, () => call);
  return { reading, cost, ids: reading.items.map(({ id }) => id) };
}

const idsOf = (items: readonly Stored[]) => items.filter(({ matches }) => matches).map(({ id }) => id);

describe('a page of shards', () => {
  it.each([true, false])(
    'reads little beyond its last match, though no shard has many (filter: %s)',
    async (filter) => {
      const few = Array.from({ length: 20_000 }, (_, i) => item(i, i < 200 && i % 8 < 3 && i % 2 === 0));
      for (const shards of [2, 8, 32]) {
        const one = await readPage(few, 1, { isFiltered: filter });
        const many = await readPage(few, shards, { isFiltered: filter });
        expect(many.ids.slice(0, 21)).toEqual(idsOf(few).slice(0, 21));
        expect(many.cost.scanned).toBeLessThanOrEqual(5 * Math.max(one.cost.scanned, 25 * shards));
        expect(many.cost.requests).toBeLessThanOrEqual(3 * shards + one.cost.requests);
      }
    },
  );

  it('asks every shard once before it asks one again', async () => {
    const none = Array.from({ length: 6400 }, (_, i) => item(i, false));
    const { reading } = await readPage(none, 64, { answers: 64 });
    expect(reading).toMatchObject({ found: 0, isAtEnd: false, endedAt: { sk: none[24 * 64]?.sk1 } });
    await expect(readPage(none, 64, { answers: 63 })).rejects.toThrow(DeadlineExceededError);
    await expect(readPage(none, 64, { answers: 64, isFiltered: false })).rejects.toThrow(DeadlineExceededError);
  });

  it('of 64 shards, makes progress by cursors until the end under a short deadline', async () => {
    const sparse = Array.from({ length: 20_000 }, (_, i) => item(i, i % 997 === 0));
    const found: string[] = [];
    let start: Position | undefined;
    let pages = 0;
    for (;;) {
      const { reading, ids } = await readPage(sparse, 64, { answers: 70, start });
      found.push(...ids);
      pages++;
      if (reading.isAtEnd) break;
      start = reading.endedAt;
      expect(start).toBeDefined();
    }
    expect(found).toEqual(idsOf(sparse));
    expect(pages).toBeLessThanOrEqual(20);
  });

  it('gives the latest version of an entry that has moved to another shard, once', async () => {
    const items = Array.from({ length: 40 }, (_, i) => item(i, true));
    const moved = { ...item(3, true), sk1: 'E#000030.5', version: 2 };
    const back = { ...item(20, true), sk1: 'E#000002.5', version: 7 };
    const all = [...items, moved, back].sort((a, b) => (a.sk1 < b.sk1 ? -1 : 1));
    const { reading } = await readPage(all, 4, { wanted: 40 });
    const found = [...reading.items] as Stored[];
    expect(reading).toMatchObject({ found: 40, isAtEnd: true });
    const expected = all.filter((one) => one.sk1 !== item(3, true).sk1 && one.sk1 !== item(20, true).sk1);
    expect(found).toEqual(expected);
  });
});
