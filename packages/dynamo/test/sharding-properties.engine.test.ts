import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import type { Query, SortKeyCondition } from '../src/index.js';
import { collect } from './models.js';
import { type Entry, EntryModel, type Layout } from './sharded-models.js';

/**
 * Texts whose order is easily got wrong: characters around the separators, prefixes of each other, and all widths of
 * UTF-8.
 */
const pieces = ['', 'a', 'b', 'a#', 'a b', 'a!', '#', '~1', ' ', '\u0000', '\u0001', '\u0001#', '\u0001$', '\u0002'];
const text = fc
  .array(fc.constantFrom(...pieces, 'é', '\uFFFD', '\u{1F600}', 'ENTRY#'), { maxLength: 3 })
  .map((all) => all.join(''));

const data = fc.array(
  fc.record({ name: text, rank: fc.integer({ min: 0, max: 3 }), group: fc.constantFrom('', '~1') }),
  {
    maxLength: 40,
  },
);

const layout = fc.oneof(
  fc.constantFrom<Layout[]>(...[2, 3, 4, 9, 16].map((shards) => [{ shards }])),
  fc
    .constantFrom(
      ...([
        [1, 3],
        [4, 1],
        [2, 5],
        [6, 4],
      ] as const),
    )
    .map((shards) => shards.map((write): Layout => ({ shards, write }))),
);

/** In a condition of one shard, dynoxide ends a text at U+0000. */
const bound = text.map((one) => one.replaceAll('\u0000', ''));

const condition = (start: string) =>
  fc.option(
    fc.oneof(
      fc
        .tuple(fc.constantFrom('eq', 'beginsWith', 'lt', 'lte', 'gt', 'gte'), bound)
        .map(([operator, end]) => ({ [operator]: start + end }) as SortKeyCondition),
      fc.tuple(bound, bound).map((bounds): SortKeyCondition => {
        const [from = '', to = ''] = bounds.sort(compare);
        return { between: [start + from, start + to] };
      }),
    ),
    { nil: undefined },
  );

const question = fc.record({
  isByName: fc.boolean(),
  group: fc.constantFrom('', '~1'),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  limit: fc.constantFrom(1, 2, 3, 7, 50),
  filter: fc.constantFrom<Query<Entry>['filter']>(undefined, { rank: 1 }, [{ rank: { gte: 2 } }, { note: 'x' }]),
  byName: condition('N'),
  byRank: fc.constantFrom<SortKeyCondition | undefined>(undefined, { eq: 'R#1' }, { gt: 'R#0' }, { lte: 'R#2' }),
  attributes: fc.option(fc.constant(['rank', 'name'] as const), { nil: undefined }),
  maxScanned: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  atMost: fc.integer({ min: 1, max: 30 }),
});

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
type Item = Pick<Entry, 'id' | 'name' | 'rank'>;

let table: FreshTable;
beforeAll(async () => {
  table = await freshTable();
});
let runs = 0;
/** The machine may be busy, and a filtered page would end early at its deadline. */
const patient = { deadlineMs: 60_000 };

/** Without the time of creation, in which the models differ. */
const comparable = (items: readonly Entry[]): Item[] => items.map(({ createdAt: _, ...item }) => item);

async function walk(model: EntryModel, query: Query<Entry>) {
  const pages: Item[][] = [];
  const starts: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await model.query({ ...query, cursor, before: undefined } as Query<Entry>, patient);
    pages.push(comparable(page.items));
    if (page.start !== undefined) starts.push(page.start);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { pages, starts };
}

describe('an index with any number of shards', () => {
  it('gives the answers of one with a single shard, with ties in the order of ids', async () => {
    await fc.assert(
      fc.asyncProperty(
        data,
        layout,
        fc.array(question, { minLength: 3, maxLength: 6 }),
        async (entries, layouts, questions) => {
          const run = ++runs;
          const plain = new EntryModel(table, { shards: 1 }, 'Plain');
          const sharded = layouts.map((one) => new EntryModel(table, one));
          const all = entries.map((entry, i) => ({
            ...entry,
            ref: `${(i * 7) % 41}-${run}`,
            group: `${run}${entry.group}`,
            ...(i % 3 === 0 && { note: 'x' }),
          }));
          expect((await plain.batchCreate(all, patient)).failed).toEqual([]);
          for (const [i, model] of sharded.entries()) {
            const part = all.filter((_, n) => n % sharded.length === i);
            expect((await model.batchCreate(part, patient)).failed).toEqual([]);
          }
          for (const { isByName, group, byName, byRank, maxScanned, atMost, ...rest } of questions) {
            const keyed = {
              index: isByName ? 'GSI1' : 'GSI2',
              pk: `IN#${run}${group}`,
              sk: isByName ? byName : byRank,
            } as const;
            const query = { ...keyed, ...rest } as Query<Entry>;
            const key = (item: Item) => (isByName ? item.name : String(item.rank));
            const sign = rest.order === 'asc' ? 1 : -1;
            const inOrder = (a: Item, b: Item) => sign * (compare(key(a), key(b)) || compare(a.id, b.id));
            const expected = await walk(plain, query);
            const flat = expected.pages.flat().sort(inOrder);
            for (const model of sharded) {
              const found = await walk(model, query);
              expect(found.pages.flat()).toEqual(flat);
              expect(found.pages.map(({ length }) => length)).toEqual(expected.pages.map(({ length }) => length));
              expect((await walk(model, { ...query, maxScanned })).pages.flat()).toEqual(flat);
              for (const [i, start] of found.starts.entries()) {
                const before = await model.query({ ...query, before: start } as Query<Entry>, patient);
                expect(comparable(before.items)).toEqual(i === 0 ? [] : found.pages[i - 1]);
              }
              const earlier: Item[] = [];
              let before: string | undefined = found.starts.at(-1);
              while (before !== undefined) {
                const page = await model.query({ ...query, maxScanned, before } as Query<Entry>, patient);
                earlier.unshift(...comparable(page.items));
                before = page.start;
              }
              expect(earlier).toEqual(
                found.starts.length === 0 ? [] : flat.slice(0, -Number(found.pages.at(-1)?.length)),
              );
              const counted = { ...keyed, filter: rest.filter };
              expect(await model.count(counted, patient)).toBe(flat.length);
              expect(await model.count({ ...counted, atMost }, patient)).toBe(Math.min(flat.length, atMost));
              const { limit, ...unlimited } = rest;
              expect(
                comparable(
                  (
                    await collect(
                      model.queryPages({ ...keyed, ...unlimited } as Query<Entry> & { before?: undefined }, patient),
                    )
                  ).flat(),
                ),
              ).toEqual(flat);
              const limited = await collect(
                model.queryPages({ ...keyed, ...rest } as Query<Entry> & { before?: undefined }, patient),
              );
              expect(limited.map(comparable)).toEqual(found.pages.filter((page) => page.length > 0));
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
