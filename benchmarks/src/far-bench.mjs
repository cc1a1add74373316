import { parseArgs } from 'node:util';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { barGroups } from './bar-groups.mjs';
import { callsAtOnce, measureFarCalls, measureSockets, withFarTable } from './far-latency.mjs';
import { callsBars, callsTable, socketsTable, withFloors } from './far-report.mjs';
import { keepResult, runInWords, runOf } from './kept-results.mjs';
import { markdownTable, whole, withSpread } from './markdown-table.mjs';
import { measureBatches } from './scale-batches.mjs';
import { rawBatches } from './scale-data.mjs';
import { measureScans, withFarawayTable } from './scale-scan.mjs';
import { scanBars, scanTable } from './scan-report.mjs';

const usage = `pnpm bench far [--rounds 5] [--scale 1] [--save]

  --rounds  of batches and scans, of which the median is taken
  --scale   shortens everything, such as 0.1
  --save    writes results/far.md, far.svg and far.json`;

const callsAfterMs = [1, 5, 20];
const socketsAfterMs = 20;
const numbersOfSockets = [16, 50, 128, 256];
const delaysMs = [0, 10, 30];
const pagesAfterMs = [10, 50];
const count = 2000;
const scanned = 100_000;
const aims = { delete: 1.5, create: 2 };
const two = (value) => value.toFixed(2);

/** Measures every call, batches and scans with a delay, where the number of sequential requests matters most. */
export async function benchFar(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      scale: { type: 'string', default: '1' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  process.env.LOG_LEVEL = 'ERROR';
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const scale = Number(values.scale);
  const rounds = Math.max(1, Math.round(Number(values.rounds) * scale));
  await measureFarCalls(0, scale / 2); // until V8 has compiled the code, calls are slower
  const withoutDelay = await measureFarCalls(0, scale);
  const calls = [{ delayMs: 0, rows: withFloors(withoutDelay, withoutDelay) }];
  for (const delayMs of callsAfterMs) {
    calls.push({ delayMs, rows: withFloors(await measureFarCalls(delayMs, scale), withoutDelay) });
  }
  const sockets = await measureSockets(socketsAfterMs, numbersOfSockets, scale);
  const scans = [];
  for (const latencyMs of pagesAfterMs) {
    const measured = await withFarawayTable({ latencyMs, users: Math.round(scanned * scale) }, (table) =>
      measureScans(table, rounds),
    );
    scans.push([`a page after ${latencyMs} ms`, measured]);
  }
  const rows = [];
  for (const delayMs of delaysMs) rows.push({ delayMs, ...(await measureAt(delayMs, rounds, scale)) });
  const data = { ...runOf(), rounds, scale, calls, sockets, rows, scans };
  const markdown = report(data);
  process.stdout.write(`\n${markdown}`);
  if (values.save) keepResult('far', { markdown, data, chart: chart(data) });
}

const measureAt = (delayMs, rounds, scale) =>
  withFarTable(delayMs, ({ proxy, TableName: tableName }) => {
    const client = createDynamoClient({ endpoint: proxy.endpoint });
    const service = new UserService({ model: new UserModel({ client, tableName }) });
    const raw = rawBatches(client, tableName);
    return measureBatches({ service, raw }, { count: Math.round(count * scale), rounds });
  });

function report({ rounds, scale, calls, sockets, rows, scans, ...run }) {
  const row = (name, delayMs, { oursMs, rawMs, ratio }) => [
    name,
    `${delayMs} ms`,
    withSpread(oursMs),
    withSpread(rawMs),
    withSpread(ratio, two),
  ];
  return `# Calls, batches and scans with a distant database

${runInWords(run)}${scale === 1 ? '' : `, shortened to ${scale}`}. A proxy in
a process of its own delays each request before it reaches dynoxide.

## Calls

The floor of a call is the measured delay for each of its round trips, plus its time without a delay. The proxy counts
requests and round trips. Times are of calls made one after the other. "By hand" is the same through AWS's
DocumentClient, with conditions and claims, but without versions, checks and retries. Calls per second are with
${callsAtOnce} calls at once. Their bound is ${callsAtOnce} calls per floor, or the calls per second without a delay if those are fewer.

${calls
  .map(
    (one) => `### ${one.delayMs} ms

The delay was ${two(one.rows[0]?.delayMs ?? 0)} ms.

${callsTable(one.rows)}`,
  )
  .join('\n\n')}

## Sockets

\`getById\` with twice as many calls at once as there are sockets, at ${socketsAfterMs} ms. Each socket has one request in flight.

${socketsTable(sockets)}

## Batches

${whole(count * scale)} users with their claims, compared with \`BatchWriteItem\` through AWS's DocumentClient, 25 items per
request and four requests at a time, which ignores claims and conditions. Medians of ${rounds} interleaved rounds, with
the middle half of them in brackets. The aim is at most ${aims.delete} times for a delete, and ${aims.create} times for a create.

${markdownTable(
  ['', 'delay', 'ours, ms', 'BatchWriteItem, ms', 'ours / BatchWriteItem'],
  rows.flatMap((one) => [row('batch delete', one.delayMs, one.delete), row('bulk create', one.delayMs, one.create)]),
)}

## Scans

${whole(scanned * scale)} users with their claims, from a server that returns pages of 1 MB after a delay, any number at once,
and hardly uses CPU. The aim is 1.7 times the speed with segments. Segments save the time for which pages would wait
for each other. The client's CPU time remains, and takes longer on a busy machine.

${scanTable(scans)}
`;
}

function chart({ calls, rows, scans, ...run }) {
  return barGroups({
    title: 'Calls, batches and scans with a distant database',
    subtitle: `${run.date.slice(0, 10)} · ${run.machine}; lines: the aim`,
    groups: [
      ...calls
        .filter(({ delayMs }) => delayMs > 0)
        .map(({ delayMs, rows: ofCalls }) => ({
          title: `Time of a call at ${delayMs} ms, floor of its round trips = 1`,
          limit: 1,
          bars: callsBars(ofCalls),
        })),
      ...['delete', 'create'].map((name) => ({
        title: `Time of a batch of 2,000: ${name}, BatchWriteItem without claims = 1`,
        limit: aims[name],
        bars: rows.map(({ delayMs, ...row }) => {
          const { median } = row[name].ratio;
          return { name: `${delayMs} ms delay`, value: median, figure: `${two(median)}x`, isOurs: true };
        }),
      })),
      { title: 'Scan, one segment = 1', limit: 1.7, bars: scans.flatMap(([place, list]) => scanBars(place, list)) },
    ],
  });
}
