import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { barGroups } from './bar-groups.mjs';
import { keepResult, runOf } from './kept-results.mjs';
import { markdownTable, whole } from './markdown-table.mjs';
import { randomFrom } from './random-from.mjs';
import { measureCounter } from './sharding-counters.mjs';
import { measuredReport } from './sharding-measured-report.mjs';
import { measurePages } from './sharding-pages.mjs';
import { simulateReads, usersByCreation } from './sharding-reads.mjs';
import { measureSignUps } from './sharding-signups.mjs';
import { simulateSplits } from './sharding-splits.mjs';
import { splitsReport } from './sharding-splits-report.mjs';
import { simulateWrites, unitsPerPartition } from './sharding-writes.mjs';

const usage = `pnpm bench sharding [--seed 1] [--scale 200] [--simulate] [--save]

  --seed      seed of the random numbers; the same seed gives the same simulated figures on each machine
  --scale     partitions accept this part of DynamoDB's limits where the real code is measured, and get this part of the sign-ups
  --simulate  only the simulation: seconds, no database
  --save      writes results/sharding.md, sharding.svg and sharding.json; the measurements of the run before, after a simulation alone`;

const shardCounts = [1, 2, 4, 8, 16];
const rates = [500, 900, 1500, 3000, 6000, 12_000];
const limits = [20, 100];
const slack = 3;

/**
 * Simulates the gain and cost of sharded index keys: sign-ups per second, and pages merged from shards. Then measures
 * both by the real code on a real engine, behind a proxy that throttles partitions.
 */
export async function simulateSharding(args) {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      scale: { type: 'string', default: '200' },
      simulate: { type: 'boolean', default: false },
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
  const splits = simulateSplits({ perSecond: 3000, random: randomFrom(seed) });
  const measured = values.simulate ? keptMeasurements() : await measure(Number(values.scale));
  const data = { date: new Date().toISOString().slice(0, 16), seed, writes, reads, splits, measured };
  const markdown = report(data);
  process.stdout.write(`\n${markdown}`);
  if (values.save) keepResult('sharding', { markdown, data, chart: chart(data) });
}

const measuredShards = [1, 16];
const wantedPerSecond = 10_000;

async function measure(scale) {
  if (!(scale >= 1)) throw new RangeError(`scale is ${scale}; it takes a number from 1 up`);
  const signUps = [];
  for (const shards of measuredShards) {
    signUps.push(await measureSignUps({ shards, perSecond: wantedPerSecond / scale, scale }));
  }
  const counters = [];
  for (const shards of measuredShards) {
    counters.push(await measureCounter({ shards, perSecond: wantedPerSecond / scale, scale }));
  }
  const pages = await measurePages({ shardCounts, limits });
  return { ...runOf(), signUps, counters, pages };
}

function keptMeasurements() {
  const file = new URL('../results/sharding.json', import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).measured : undefined;
}

const at = (list, shards, perSecond) => list.find((one) => one.shards === shards && one.perSecond === perSecond);
const percent = (share) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

function report({ date, seed, writes, reads, splits, measured }) {
  const cell = ({ storedPerSecond, refusedShare, waitedMs: { p99 } }) =>
    `${whole(storedPerSecond)} (${percent(refusedShare)}, ${whole(p99)} ms)`;
  return `# Gain and cost of sharded index keys

${date} UTC, a simulation with seed ${seed} and no database. A partition accepts ${whole(unitsPerPartition)} write
units per second. Each sign-up is one unit in a shard of GSI1, and one in a shard of GSI2. The bursts that DynamoDB
allows after quiet times are used up. Ten processes retry rejected requests as \`packages/dynamo\` does: with back-off
and jitter, a reserve of 100 retries and one for each ten answers, within 5 s per call.

## Sign-ups

Sign-ups stored per second. In brackets: the share that ended with \`ThrottledError\`, and the 99th percentile of the
waiting time of the others.

${markdownTable(
  ['shards', ...rates.map((rate) => `${whole(rate)} per second`)],
  shardCounts.map((shards) => [shards, ...rates.map((rate) => cell(at(writes, shards, rate)))]),
)}

${splitsReport(splits)}
## Pages

20,000 users of 350 bytes, created at five per millisecond, are read in order of creation. 60 pages follow their
cursors, and each equals the page of a single index. Each shard is queried either for its even part of the page and
${slack} more, and again if that was not enough, or at once for a whole page.

${markdownTable(
  ['shards', 'limit', 'queried for', 'requests per page', 'rounds', 'units'],
  reads.map(({ shards, limit, asks, requests, rounds, units }) => [
    shards,
    limit,
    asks,
    requests.toFixed(1),
    rounds.toFixed(2),
    units.toFixed(1),
  ]),
)}

A look-up by email remains one request of half a unit, because the email determines the shard.
${measured ? measuredReport(measured, reads) : ''}`;
}

function chart({ date, seed, writes }) {
  return barGroups({
    title: 'Sign-ups per second that are stored, by shards of the index keys',
    subtitle: `${date.slice(0, 10)} · a simulation, seed ${seed}; line: sign-ups requested`,
    groups: [900, 3000, 12_000].map((rate) => ({
      title: `${whole(rate)} per second`,
      limit: rate,
      bars: shardCounts.map((shards) => {
        const { storedPerSecond, refusedShare } = at(writes, shards, rate);
        return {
          name: shards === 1 ? '1 shard: today' : `${shards} shards`,
          value: storedPerSecond,
          figure: `${whole(storedPerSecond)}, ${percent(refusedShare)} rejected`,
          isOurs: shards > 1,
        };
      }),
    })),
  });
}
