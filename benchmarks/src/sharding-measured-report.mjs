import { runInWords } from './kept-results.mjs';
import { markdownTable, whole } from './markdown-table.mjs';

const percent = (part, all) => `${((part / all) * 100).toFixed(1)} %`;

/** What the real code did, as sections of a report. @param reads the simulation of pages */
export function measuredReport({ signUps, counters = [], pages, ...run }, reads) {
  const [{ scale, perSecond, seconds, processes }] = signUps;
  return `
# The real code

${runInWords(run)}.

## Sign-ups behind a proxy that throttles

${processes} processes call \`createUser\` ${whole(perSecond)} times a second for ${seconds} s, whether or not earlier calls have ended. A proxy before
dynoxide throttles each partition of the table and of its indexes. One machine cannot send 10,000 sign-ups a second, so
everything is scaled by ${scale}: a partition accepts ${whole(1000 / scale)} write units a second instead of 1,000, and
${whole(perSecond)} sign-ups a second stand for 10,000. A partition saves no burst beyond one second. It is not split.

${markdownTable(
  [
    'shards',
    'stored per second',
    'for a whole partition',
    'rejected',
    'out of time',
    'outcome unknown',
    'median, p99',
    'throttled requests',
  ],
  signUps.map((one) => [
    one.shards,
    one.storedPerSecond.toFixed(1),
    whole(one.storedPerSecond * one.scale),
    percent(one.rejectedShare * one.requested, one.requested),
    percent(one.late, one.requested),
    one.unknown,
    `${whole(one.waitedMs.median)}, ${whole(one.waitedMs.p99)} ms`,
    one.throttledRequests,
  ]),
)}

Afterwards, each acknowledged sign-up is in both indexes, once: the benchmark fails otherwise. "Rejected" is
\`ThrottledError\`, after which nothing is written. "Out of time" are calls for which the machine was too slow. An outcome
is unknown if the machine took longer for an answer than the last attempt of a throttled call had left.

${counters.length > 0 ? countersReport(counters) : ''}## Pages and look-ups

2,000 users are read by \`query\` in order of creation, on dynoxide, in pages of which each is compared with the users
created. The simulation is that of the table above, for users of 350 bytes.

${markdownTable(
  ['shards', 'limit', 'requests per page', 'simulated', 'units', 'simulated'],
  pages.map(({ shards, limit, requests, units }) => {
    const simulated = reads.find((one) => one.shards === shards && one.limit === limit && one.asks === 'its part');
    return [
      shards,
      limit,
      requests.toFixed(1),
      simulated?.requests.toFixed(1) ?? '',
      units.toFixed(1),
      simulated?.units.toFixed(1) ?? '',
    ];
  }),
)}
`;
}

const countersReport = (counters) => `## One counter

One process adds to one sharded counter ${whole(counters[0].perSecond)} times a second for ${counters[0].seconds} s, through the same proxy:
${whole(counters[0].perSecond)} adds a second stand for ${whole(counters[0].perSecond * counters[0].scale)}.

${markdownTable(
  ['shards', 'added per second', 'for whole partitions', 'rejected', 'out of time', 'outcome unknown', 'median, p99'],
  counters.map((one) => [
    one.shards,
    one.addedPerSecond.toFixed(1),
    whole(one.addedPerSecond * one.scale),
    percent(one.throttled, one.requested),
    percent(one.late, one.requested),
    one.unknown,
    `${whole(one.waitedMs.median)}, ${whole(one.waitedMs.p99)} ms`,
  ]),
)}

Afterwards, the sum of the shards is that of the acknowledged adds, plus at most those of unknown outcome: the benchmark
fails otherwise.

`;
