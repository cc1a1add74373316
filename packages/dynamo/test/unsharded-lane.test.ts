import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Call } from '../src/call/call.js';
import type { StoredItem } from '../src/entity/entity.js';
import { compareTexts } from '../src/expressions/compare.js';
import { isWithin, keyCondition, type SortKeyCondition } from '../src/expressions/key-condition.js';
import type { Position } from '../src/read/cursor.js';
import { IndexReading, type QueryRequest } from '../src/read/index-reading.js';
import type { Entry } from '../src/read/lane.js';
import type { ResolvedQuery } from '../src/read/page-query.js';
import { UnshardedLane } from '../src/read/unsharded-lane.js';

/** The database promises no order among equal sort keys; the local engines have that of the ids. This one has any. */
const engineOf = (items: readonly StoredItem[]) => {
  const read = async (_: 'Query', request: QueryRequest & { readonly sk?: SortKeyCondition | undefined }) => {
    const ordered = request.ScanIndexForward ? items : items.toReversed();
    const begin = ordered.findIndex(({ id }) => id === request.ExclusiveStartKey?.id) + 1;
    const found = ordered.slice(begin).filter(({ sk1 }) => isWithin(request.sk, String(sk1)));
    const page = found.slice(0, request.Limit);
    const last = page.at(-1);
    return {
      Items: page,
      Count: page.length,
      ScannedCount: page.length,
      ...(found.length >= Number(request.Limit) &&
        last && { LastEvaluatedKey: { id: last.id, pk1: 'P', sk1: last.sk1 } }),
    };
  };
  return { read } as unknown as Call;
};

const key = fc.constantFrom('a', 'b', 'ba', 'b#', 'c');
const condition = fc.constantFrom<SortKeyCondition | undefined>(
  undefined,
  { eq: 'b' },
  { beginsWith: 'b' },
  { gt: 'a' },
  { gte: 'b' },
  { lt: 'c' },
  { lte: 'ba' },
  { between: ['b', 'c'] },
);

it('gives entries with one sort key in the order of their ids, whatever the order of the database', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { maxLength: 25 }),
      fc.infiniteStream(fc.nat()),
      condition,
      fc.record({
        isForward: fc.boolean(),
        more: fc.integer({ min: 1, max: 9 }),
        taken: fc.integer({ min: 1, max: 9 }),
        maxScanned: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      }),
      async (keys, random, sk, { isForward, more, taken, maxScanned }) => {
        const made = keys.map((sk1, i) => ({ id: `E#${i}`, sk1, tie: random.next().value }));
        const items = made.sort((a, b) => compareTexts(a.sk1, b.sk1) || a.tie - b.tie);
        const call = engineOf(items);
        const query: ResolvedQuery = { index: 'GSI1', pk: 'P', sk };
        const found: StoredItem[] = [];
        let start: Position | undefined;
        for (let page = 0; ; page++) {
          expect(page).toBeLessThan(100);
          const lane: UnshardedLane = new UnshardedLane({ query, isForward, start }, (rest, accepts) => {
            const request = {
              TableName: 't',
              ...keyCondition({ ...query, sk: rest }),
              ScanIndexForward: isForward,
              sk: rest,
            };
            return new IndexReading(request, 'GSI1', { isFiltered: false, accepts, log: {} });
          });
          const entries = await lane.readOn(more, () => call, maxScanned);
          const sign = isForward ? 1 : -1;
          entries.sort((a: Entry, b: Entry) => sign * Buffer.compare(a.bytes, b.bytes));
          const some = entries.slice(0, taken);
          found.push(...some.map(({ item }) => item));
          if (some.length === entries.length && lane.isAtEnd) break;
          start = some.length < entries.length ? some.at(-1)?.position : lane.bound;
        }
        const expected = items
          .filter(({ sk1 }) => isWithin(sk, sk1))
          .sort((a, b) => compareTexts(a.sk1, b.sk1) || compareTexts(a.id, b.id));
        expect(found.map(({ id }) => id)).toEqual((isForward ? expected : expected.toReversed()).map(({ id }) => id));
      },
    ),
    { numRuns: 1000 },
  );
});
