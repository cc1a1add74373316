import { parseArgs } from 'node:util';
import { barGroups } from './bar-groups.mjs';
import { keepResult } from './kept-results.mjs';
import { markdownTable, whole } from './markdown-table.mjs';
import { simulateReads, usersByCreation } from './sharding-reads.mjs';
import { simulateWrites, unitsPerPartition } from './sharding-writes.mjs';

const usage = `pnpm bench sharding [--seed 1] [--save]

  --seed  of what happens by chance; the same seed gives the same figures on each machine
  --save  writes results/sharding.md, sharding.svg and sharding.json`;

const shardCounts = [1, 2, 4, 8, 16];
const rates = [500, 900, 1500, 3000, 6000, 12_000];
const limits = [20, 100];
const slack = 3;

/** What sharded index keys would buy, and cost: sign-ups a second that get through, and pages merged out of shards. Nothing is sent anywhere. */
export async function simulateSharding(args) {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  const seed = Number(values.seed);
  const random = randomFrom(seed);
  const writes = shardCounts.flatMap((shards) =>
    rates.map((perSecond) => simulateWrites({ shards, perSecond, random })),
  );
  const items = usersByCreation(20_000, 5);
  const reads = shardCounts.flatMap((shards) =>
    limits.flatMap((limit) =>
      [slack, Number.POSITIVE_INFINITY].map((more) => ({
        asks: more === slack ? 'its part' : 'a whole page',
        ...simulateReads({ shards, limit, slack: more, items }),
      })),
    ),
  );
  const data = { date: new Date().toISOString().slice(0, 16), seed, writes, reads };
  const markdown = report(data);
  process.stdout.write(`\n${markdown}`);
  if (values.save) keepResult('sharding', { markdown, data, chart: chart(data) });
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const at = (list, shards, perSecond) => list.find((one) => one.shards === shards && one.perSecond === perSecond);
const percent = (share) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

function report({ date, seed, writes, reads }) {
  const cell = ({ storedPerSecond, refusedShare, waitedMs: { p99 } }) =>
    `${whole(storedPerSecond)} (${percent(refusedShare)}, ${whole(p99)} ms)`;
  return `# What sharded index keys would buy

${date} UTC, a simulation: seed ${seed}, no database. A partition takes ${whole(unitsPerPartition)} write units a second; each sign-up is one unit in a shard of GSI1 and one in a shard
of GSI2; bursts that DynamoDB lets through after a quiet time are used up. Ten processes repeat what is refused as \`packages/dynamo\` does: with back-off and jitter,
at most 100 repeats in reserve and one for each ten answers, 5 s a call.

## Sign-ups

Stored a second and, in brackets, the share that ended with \`ThrottledError\` and what the slowest hundredth of the others waited.

${markdownTable(
  ['shards', ...rates.map((rate) => `${whole(rate)} a second`)],
  shardCounts.map((shards) => [shards, ...rates.map((rate) => cell(at(writes, shards, rate)))]),
)}

## Pages

In order of creation, 20,000 users of 350 bytes, five a millisecond; 60 pages by their cursors, each the same as one index gives. A shard is asked for its even part of
the page and ${slack} more, and again if that was not enough, or at once for a whole page.

${markdownTable(
  ['shards', 'limit', 'each is asked for', 'requests a page', 'rounds', 'units'],
  reads.map(({ shards, limit, asks, requests, rounds, units }) => [
    shards,
    limit,
    asks,
    requests.toFixed(1),
    rounds.toFixed(2),
    units.toFixed(1),
  ]),
)}

A look-up by address stays one request of half a unit: the address says which shard.
`;
}

function chart({ date, seed, writes }) {
  return barGroups({
    title: 'Sign-ups a second that get through, by shards of the index keys',
    subtitle: `${date.slice(0, 10)} · a simulation, seed ${seed}; line: what was asked for`,
    groups: [900, 3000, 12_000].map((rate) => ({
      title: `${whole(rate)} a second`,
      limit: rate,
      bars: shardCounts.map((shards) => {
        const { storedPerSecond, refusedShare } = at(writes, shards, rate);
        return {
          name: shards === 1 ? '1 shard: as it is' : `${shards} shards`,
          value: storedPerSecond,
          figure: `${whole(storedPerSecond)}, ${percent(refusedShare)} refused`,
          isOurs: shards > 1,
        };
      }),
    })),
  });
}
