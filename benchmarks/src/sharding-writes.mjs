import { createHash } from 'node:crypto';
import { quantile } from './statistics.mjs';

/** DynamoDB's limit of one partition; an entry of up to 1 KB takes one unit. */
export const unitsPerPartition = 1000;
const seconds = 20;
const deadlineMs = 5000;
/** As packages/dynamo waits before a repeat, and how many repeats it allows itself: 100, then one for each ten answers. */
const firstPauseMs = 50;
const longestPauseMs = 1000;
const repeatsInReserve = 100;
const answersForARepeat = 10;
const processes = 10;

/**
 * Sign-ups that arrive by chance, so many a second, each with one entry in a shard of either index: GSI1 by a hash of the address, GSI2 by a
 * hash of the id. A write goes through if both partitions have a unit left this moment; DynamoDB refuses it else, as an index that cannot keep up
 * does with the writes of its table.
 */
export function simulateWrites({ shards, perSecond, random }) {
  const partitions = [0, 1].map(() => Array.from({ length: shards }, () => ({ units: unitsPerPartition / 10, at: 0 })));
  const reserves = Array.from({ length: processes }, () => repeatsInReserve);
  const due = new Map(); // millisecond → calls
  const later = (ms, call) => due.get(ms)?.push(call) ?? due.set(ms, [call]);
  let serial = 0;
  let stored = 0;
  let refused = 0;
  const waitedMs = [];

  const attempt = (call, ms) => {
    const own = call.shards.map((shard, index) => refilled(partitions[index][shard], ms));
    if (own.every(({ units }) => units >= 1)) {
      for (const partition of own) partition.units--;
      stored++;
      waitedMs.push(ms - call.since);
      reserves[call.process] = Math.min(repeatsInReserve, reserves[call.process] + 1 / answersForARepeat);
      return;
    }
    const pauseMs = random() * Math.min(longestPauseMs, firstPauseMs * 2 ** call.repeats++);
    const next = Math.ceil(ms + pauseMs);
    if (reserves[call.process] < 1 || next - call.since >= deadlineMs) refused++;
    else {
      reserves[call.process]--;
      later(next, call);
    }
  };

  const end = seconds * 1000;
  for (let ms = 0; ms < end + deadlineMs; ms++) {
    for (let n = ms < end ? arrivals(perSecond / 1000, random) : 0; n > 0; n--) {
      const shardsOf = [shardOf(`user${serial}@example.com`, shards), shardOf(`id-${serial}`, shards)];
      attempt({ shards: shardsOf, since: ms, repeats: 0, process: serial++ % processes }, ms);
    }
    for (const call of due.get(ms) ?? []) attempt(call, ms);
    due.delete(ms);
  }
  return {
    shards,
    perSecond,
    storedPerSecond: stored / seconds,
    refusedShare: refused / serial,
    waitedMs: { median: quantile(waitedMs, 0.5), p99: quantile(waitedMs, 0.99) },
  };
}

function refilled(partition, ms) {
  const units = partition.units + ((ms - partition.at) * unitsPerPartition) / 1000;
  partition.units = Math.min(unitsPerPartition / 10, units); // what a moment of quiet saves; DynamoDB's five minutes of it are used up
  partition.at = ms;
  return partition;
}

/** How many come in a millisecond, by Poisson. */
function arrivals(mean, random) {
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = random(); product > limit; product *= random()) n++;
  return n;
}

/** The shard of an entity by a value of its own that never changes, or of an address by the address. */
export const shardOf = (value, shards) =>
  shards === 1 ? 0 : createHash('sha1').update(value).digest().readUInt32BE() % shards;
