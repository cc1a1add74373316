import { barGroups } from './bar-groups.mjs';
import { runInWords } from './kept-results.mjs';
import { markdownTable, whole, withSpread } from './markdown-table.mjs';
import { scanBars, scanTable } from './scan-report.mjs';

const two = (value) => value.toFixed(2);
const times = (value) => `${two(value)}x`;
const one = (value) => value.toFixed(1);

/** Returns the results as Markdown: the costs in each table, and their growth. */
export function scaleReport({ rounds, tables, bulk, counted, ...run }) {
  const most = tables.at(-1).users;
  const least = tables[0].users;
  const batchRow = (name, size, { count, oursMs, rawMs, ratio }) => [
    `${name} of ${whole(count)}`,
    whole(size),
    withSpread(oursMs),
    withSpread(rawMs),
    withSpread(ratio, two),
  ];
  return `# What grows with the data

${runInWords(run)}. Medians of ${rounds} interleaved rounds, with the middle half of them in brackets. The engine is
dynoxide, which shares the two cores with the client. Each user has a claim, two index entries, and about 0.3 KB.

## Batches

Compared with \`BatchWriteItem\` through AWS's DocumentClient, 25 items per request and four requests at a time, which
ignores claims and conditions.

${markdownTable(
  ['', 'users in the table', 'ours, ms', 'BatchWriteItem, ms', 'ours / BatchWriteItem'],
  [
    ...tables.map(({ users, batches }) => batchRow('batch delete', users, batches.delete)),
    ...tables.map(({ users, batches }) => batchRow('bulk create', users, batches.create)),
    batchRow('batch delete', most, bulk.delete),
    batchRow('bulk create', most, bulk.create),
  ],
)}

Counted for 100 users: creating takes ${counted.create.requests} requests and ${whole(counted.create.capacityUnits)}
units, deleting ${counted.delete.requests} requests and ${whole(counted.delete.capacityUnits)} units.

## Scan

${scanTable(tables.map(({ users, scans }) => [`${whole(users)} users`, scans]))}

The largest table was read in one round only. dynoxide takes longer per page in a larger table, with any number of
segments, and needs one of the two cores for itself. [far.md](far.md) shows the effect of segments with a remote
database. A scan of 300,000 users in 4 segments runs in a heap of 48 MB, which a test checks; with more memory, V8
uses more before it collects.

## Paging

Pages of 100 users in order of creation: the first ten full pages and the last ten.

${markdownTable(
  ['users', 'pages', 'requests per page, first / last', 'units, first / last', 'ms, first', 'ms, last', 'last / first'],
  tables.map(({ users, paging: { pages, first, last, ratio } }) => [
    whole(users),
    whole(pages),
    `${first.requests} / ${last.requests}`,
    `${first.units} / ${last.units}`,
    withSpread(first.ms, one),
    withSpread(last.ms, one),
    withSpread(ratio, two),
  ]),
)}

## Single calls

Requests, units and milliseconds, one call at a time.

${markdownTable(
  ['', 'requests', 'units', ...tables.map(({ users }) => `ms, ${whole(users)} users`)],
  tables[0].calls.map(({ name }, at) => [
    name,
    constant(tables.map(({ calls }) => calls[at].requests)),
    constant(tables.map(({ calls }) => calls[at].units)),
    ...tables.map(({ calls }) => withSpread(calls[at].ms, one)),
  ]),
)}

Requests and units of single calls, pages and batches are the same with ${whole(least)} and with ${whole(most)} users.
Scans and counts read everything, so theirs grow with the table.
`;
}

/** Returns the value of all tables, or each value if they differ. */
const constant = (values) => (new Set(values).size === 1 ? values[0] : values.join(' → '));

export function scaleChart({ tables, bulk, ...run }) {
  const largest = tables.at(-1);
  const ratioBar = (name, { ratio }) => ({ name, value: ratio.median, figure: times(ratio.median), isOurs: true });
  return barGroups({
    title: 'What grows with the data',
    subtitle: `${run.date.slice(0, 10)} · ${run.machine}`,
    groups: [
      {
        title: 'Time of a batch, BatchWriteItem without claims = 1 (line: the aim)',
        limit: 2,
        bars: [
          ...tables.map(({ users, batches }) => ratioBar(`delete 2,000 of ${whole(users)}`, batches.delete)),
          ratioBar(`create 10,000 in ${whole(largest.users)}`, bulk.create),
        ],
      },
      {
        title: `Scan of ${whole(largest.users)} users, one segment = 1 (line: the aim)`,
        limit: 1.7,
        bars: scanBars('dynoxide', largest.scans),
      },
      {
        title: 'Peak memory of a scan by 4 segments',
        bars: tables.map(({ users, scans }) => ({
          name: `${whole(users)} users`,
          value: scans.at(-1).peakMb.median,
          figure: `${whole(scans.at(-1).peakMb.median)} MB`,
          isOurs: true,
        })),
      },
      {
        title: 'Time of the last page of 100, the first = 1',
        bars: tables.map(({ users, paging }) => ({
          name: `${whole(users)} users`,
          value: paging.ratio.median,
          figure: times(paging.ratio.median),
          isOurs: true,
        })),
      },
    ],
  });
}
