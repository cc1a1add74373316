import { parseArgs } from 'node:util';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { barGroups } from './bar-groups.mjs';
import { engines } from './engines.mjs';
import { startDelayingProxy } from './far-proxy.mjs';
import { keepResult, runInWords, runOf } from './kept-results.mjs';
import { markdownTable, whole, withSpread } from './markdown-table.mjs';
import { measureBatches } from './scale-batches.mjs';
import { rawBatches } from './scale-data.mjs';
import { measureScans, withFarawayTable } from './scale-scan.mjs';
import { scanBars, scanTable } from './scan-report.mjs';

const usage = `pnpm bench far [--rounds 5] [--save]

  --rounds  of which the median is taken
  --save    writes results/far.md, far.svg and far.json`;

const delaysMs = [0, 10, 30];
const pagesAfterMs = [10, 50];
const count = 2000;
const scanned = 100_000;
const aim = 2;
const two = (value) => value.toFixed(2);

/** Measures batches and scans with a delay, where the number of sequential requests matters most. */
export async function benchFar(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  process.env.LOG_LEVEL = 'ERROR';
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const rounds = Number(values.rounds);
  const scans = [];
  for (const latencyMs of pagesAfterMs) {
    const measured = await withFarawayTable({ latencyMs, users: scanned }, (table) => measureScans(table, rounds));
    scans.push([`a page after ${latencyMs} ms`, measured]);
  }
  const rows = [];
  for (const delayMs of delaysMs) rows.push({ delayMs, ...(await measureAt(delayMs, rounds)) });
  const data = { ...runOf(), rounds, rows, scans };
  const markdown = report(data);
  process.stdout.write(`\n${markdown}`);
  if (values.save) keepResult('far', { markdown, data, chart: chart(data) });
}

async function measureAt(delayMs, rounds) {
  const engine = await engines.dynoxide();
  const proxy = await startDelayingProxy(engine.endpoint, delayMs);
  try {
    const tableName = 'far';
    await ensureTable({ client: createDynamoClient({ endpoint: engine.endpoint }), tableName });
    const client = createDynamoClient({ endpoint: proxy.endpoint });
    const service = new UserService({ model: new UserModel({ client, tableName }) });
    return await measureBatches({ service, raw: rawBatches(client, tableName) }, { count, rounds });
  } finally {
    proxy.stop();
    await engine.stop();
  }
}

function report({ rounds, rows, scans, ...run }) {
  const row = (name, delayMs, { oursMs, rawMs, ratio }) => [
    name,
    `${delayMs} ms`,
    withSpread(oursMs),
    withSpread(rawMs),
    withSpread(ratio, two),
  ];
  return `# Batches and scans with a distant database

${runInWords(run)}. Medians of ${rounds} interleaved
rounds, with the middle half of them in brackets.

## Batches

${whole(count)} users with their claims, compared with \`BatchWriteItem\` through AWS's DocumentClient, 25 items per
request and four requests at a time, which ignores claims and conditions. Each request is delayed before it reaches
dynoxide. The aim is at most ${aim} times.

${markdownTable(
  ['', 'delay', 'ours, ms', 'BatchWriteItem, ms', 'ours / BatchWriteItem'],
  rows.flatMap((one) => [row('batch delete', one.delayMs, one.delete), row('bulk create', one.delayMs, one.create)]),
)}

## Scans

${whole(scanned)} users with their claims, from a server that returns pages of 1 MB after a delay, any number at once,
and hardly uses CPU. The aim is 1.7 times the speed with segments. Segments save the time for which pages would wait
for each other. The client's CPU time remains, and takes longer on a busy machine.

${scanTable(scans)}
`;
}

function chart({ rows, scans, ...run }) {
  return barGroups({
    title: 'Batches and scans with a distant database',
    subtitle: `${run.date.slice(0, 10)} · ${run.machine}; lines: the aim`,
    groups: [
      ...['delete', 'create'].map((name) => ({
        title: `Time of a batch of 2,000: ${name}, BatchWriteItem without claims = 1`,
        limit: aim,
        bars: rows.map(({ delayMs, ...row }) => {
          const { median } = row[name].ratio;
          return { name: `${delayMs} ms delay`, value: median, figure: `${two(median)}x`, isOurs: true };
        }),
      })),
      { title: 'Scan, one segment = 1', limit: 1.7, bars: scans.flatMap(([place, list]) => scanBars(place, list)) },
    ],
  });
}
