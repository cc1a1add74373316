import { markdownTable, whole } from './markdown-table.mjs';
import { splitAfterSeconds } from './sharding-splits.mjs';

const shownMinutes = [1, 2, 5, 15];

/** Returns what DynamoDB's splits change, as a section of a report. */
export const splitsReport = (splits) => `## Bursts and splits

${whole(splits[0].perSecond)} entries a second are put into one index for 15 minutes, after a quiet time. A partition has saved 300 seconds
of its capacity, and is split at the median of its last 200 sort keys after it has throttled for ${splitAfterSeconds} s. The figures are
entries accepted per second.

${markdownTable(
  ['sort keys', 'shards', 'splits', ...shownMinutes.map((minute) => `minute ${minute}`), 'partitions at the end'],
  splits.map(({ keys, shards, splits: areSplit, perSecondByMinute, partitions }) => [
    keys,
    shards,
    areSplit ? 'yes' : 'no',
    ...shownMinutes.map((minute) => whole(perSecondByMinute[minute - 1])),
    partitions,
  ]),
)}

AWS documents the limits of a partition and the [300 seconds of saved
capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html), that hot partitions are
[split for heat](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-key-range-limit-exceeded-mitigation.html),
each part with a smaller section of the keys, and that they are [never
merged](https://aws.amazon.com/blogs/database/part-3-scaling-dynamodb-how-partitions-hot-keys-and-split-for-heat-impact-performance/).
Assumptions are the time after which a partition is split, the place of the split, and that saved capacity lets a
partition exceed its own limit. AWS's support pages [deny the
last](https://repost.aws/knowledge-center/dynamodb-spiky-workloads-short-intervals). If they are right, the first minutes are like minute 5
without splits.
`;
