import { shardOf } from './sharding-writes.mjs';

const itemBytes = 350;
const unitBytes = 8192; // eventually consistent: half a unit for each 4 KB
const walkedPages = 60;

/**
 * Pages in order of creation out of so many shards, merged, each by the cursor of the page before: the sort key and id of its last item, in every
 * shard the place to go on from. Compared with the pages of one index: throws where they differ.
 * @param slack items that each shard is asked for beyond its even part of a page; Infinity asks each for a whole page
 */
export function simulateReads({ shards, limit, slack, items }) {
  const partitions = Array.from({ length: shards }, () => []);
  for (const item of items) partitions[shardOf(item.id, shards)].push(item);
  let cursor;
  const cost = { requests: 0, units: 0, rounds: 0 };
  for (let page = 0; page < walkedPages; page++) {
    const { merged, hasMore } = mergedPage({ partitions, cursor, limit, slack, cost });
    const expected = items.slice(page * limit, (page + 1) * limit);
    if (merged.some((item, i) => item !== expected[i]) || !hasMore)
      throw new Error(`Page ${page} of ${shards} shards differs`);
    cursor = merged.at(-1);
  }
  return {
    shards,
    limit,
    requests: cost.requests / walkedPages,
    units: cost.units / walkedPages,
    rounds: cost.rounds / walkedPages,
  };
}

/**
 * One item more than the page is wanted, to know whether there is another. A shard whose answer ran out before that may hold the next item: it is asked
 * again, together with others like it, which is one more round.
 */
function mergedPage({ partitions, cursor, limit, slack, cost }) {
  const wanted = limit + 1;
  const asked = Math.min(wanted, Math.ceil(wanted / partitions.length) + slack);
  const reads = partitions.map((list) => ({ list, from: firstAfter(list, cursor), taken: [] }));
  let open = reads;
  for (;;) {
    cost.rounds++;
    for (const read of open) readOn(read, asked, cost);
    const merged = reads
      .flatMap(({ taken }) => taken)
      .sort(byPlace)
      .slice(0, wanted);
    const last = merged.at(-1);
    const mayHold = ({ list, from, taken }) =>
      from < list.length && (merged.length < wanted || byPlace(taken.at(-1), last) < 0);
    open = reads.filter(mayHold);
    if (open.length === 0) return { merged: merged.slice(0, limit), hasMore: merged.length === wanted };
  }
}

function readOn(read, count, cost) {
  const some = read.list.slice(read.from, read.from + count);
  read.from += some.length;
  read.taken.push(...some);
  cost.requests++;
  cost.units += Math.max(1, Math.ceil((some.length * itemBytes) / (unitBytes / 2))) / 2;
}

const byPlace = (a, b) => (a.sk < b.sk ? -1 : a.sk > b.sk ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function firstAfter(list, cursor) {
  if (cursor === undefined) return 0;
  const at = list.findIndex((item) => byPlace(item, cursor) > 0);
  return at < 0 ? list.length : at;
}

/** Users in order of creation, several of them in the same millisecond, as they are when many sign up. */
export const usersByCreation = (count, perMillisecond) =>
  Array.from({ length: count }, (_, i) => ({
    sk: `CREATED#${new Date(1_700_000_000_000 + Math.floor(i / perMillisecond)).toISOString()}`,
    id: `id-${String((i * 7919) % 1_000_003).padStart(7, '0')}`,
  })).sort(byPlace);
