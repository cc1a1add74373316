import { PartitionUnits } from '@aws-starter-kit/dynamo-faults';

const minutes = 15;
/** Limits and writes are divided by it: the proportions stay, and the run takes seconds. */
const scale = 50;
/** An assumption: AWS does not document after what time a hot partition is split. */
export const splitAfterSeconds = 60;

/** Sort keys of new entries: evenly spread over their range, or always at its end. */
const sortKeys = {
  'spread, such as emails': (random) => random().toFixed(12),
  'growing, such as times': (_, n) => String(n).padStart(12, '0'),
};

/**
 * Simulates an index under more writes than one partition accepts, with and without DynamoDB's splits. At the beginning,
 * partitions have saved five minutes of capacity. Throttled writes are not retried.
 */
export function simulateSplits({ perSecond, random }) {
  return Object.entries(sortKeys).flatMap(([keys, sortKeyOf]) =>
    [1, 4].flatMap((shards) =>
      [undefined, splitAfterSeconds].map((after) => {
        let now = 0;
        const limits = { writeUnits: 1000 / scale, burstSeconds: 300, splitAfterSeconds: after };
        const units = new PartitionUnits(limits, () => now);
        const accepted = Array.from({ length: minutes }, () => 0);
        const writes = (minutes * 60 * perSecond) / scale;
        for (let n = 0; n < writes; n++) {
          now = (n / writes) * minutes * 60_000;
          const partition = `USER~${Math.floor(random() * shards)}`;
          const isAccepted = units.takeWrite([{ partition, units: 1, sortKey: sortKeyOf(random, n) }]) === undefined;
          if (isAccepted) accepted[Math.floor(now / 60_000)] += scale;
        }
        const partitions = Array.from({ length: shards }, (_, i) => units.partitionsOf(`USER~${i}`));
        return {
          ...{ keys, shards, perSecond, splits: after !== undefined },
          perSecondByMinute: accepted.map((n) => Math.round(n / 60)),
          partitions: partitions.reduce((sum, n) => sum + n, 0),
        };
      }),
    ),
  );
}
