import { batchSize, cases } from './api-cases.mjs';
import { barGroups } from './bar-groups.mjs';
import { runInWords } from './kept-results.mjs';
import { markdownTable, whole, withSpread } from './markdown-table.mjs';

const labels = {
  bare: 'Fastify alone, constant answers',
  limit: 'code by hand: about the limit of Node',
  stock: 'tRPC, Fastify and DocumentClient with their defaults',
  tuned: 'the same, tuned, with a DataLoader',
  unprotected: 'ours without protection and logs',
  ours: 'ours, as in production',
};
const two = (value) => value.toFixed(2);

const find = (rows, name, kase) => rows.find((row) => row.name === name && row.case === kase);

/** Returns the rows of the measured ratios and their targets. */
function targets({ rows, batchGain, halfLoad, shared }) {
  const ping = find(rows, 'ours', 'ping');
  const one = find(rows, 'ours', 'getById');
  const lines = [];
  if (ping)
    lines.push(['a query that reads nothing / Fastify alone', 'at least 0.5', ping.throughput.bare, ping.cpu.bare]);
  if (one) {
    lines.push(['getById / code by hand', 'at least 0.5, aim 0.8', one.throughput.limit, one.cpu.limit]);
    lines.push(['getById / stock stack', 'at least 3, aim 5', one.throughput.stock, one.cpu.stock]);
    lines.push([
      'getById / ours without protection',
      'at least 0.85, aim 0.95',
      one.throughput.unprotected,
      one.cpu.unprotected,
    ]);
  }
  const table = lines.map(([what, wanted, ...measured]) => [
    what,
    wanted,
    ...measured.map((one) => withSpread(one, two)),
  ]);
  // for comparison, the same of servers that do less
  const beside = { limit: '(code by hand)', bare: '(Fastify alone)' };
  for (const { name, gain } of batchGain) {
    const what = `reads per second: batch of ${batchSize} / single requests`;
    table.push([what, beside[name] ?? 'at least 8, aim 15', withSpread(gain, two), '']);
  }
  for (const { name, perSecond, p50, p99, ratio } of halfLoad) {
    const latency = `${withSpread(ratio, two)}: ${two(p50.median)} and ${two(p99.median)} ms`;
    const what = `p99 / p50 at half of the maximum load (${whole(perSecond)} per second)`;
    table.push([what, beside[name] ?? 'at most 3', latency, '']);
  }
  table.push(['database requests of 1,000 concurrent reads of one user', 'at most 20', withSpread(shared), '']);
  return table;
}

export function apiReport({ connections, rounds, scale, rows, ...rest }) {
  const grid = (figure) =>
    markdownTable(
      ['', ...Object.values(cases).map(({ title }) => title)],
      Object.entries(labels).map(([name, label]) => [
        label,
        ...Object.keys(cases).map((kase) => {
          const row = find(rows, name, kase);
          return row ? withSpread(figure(row)) : '–';
        }),
      ]),
    );
  const failed = rows.reduce((sum, { errors }) => sum + errors, 0);
  return `# What a request costs the API

${runInWords(rest)}${scale === 1 ? '' : `; a short run (scale ${scale})`}. ${connections} connections, ${rounds}
interleaved rounds, against a database that answers at once. Medians, with the middle half of the rounds in brackets.
${failed} requests failed.

## Targets

${markdownTable(['', 'target', 'by requests per second', 'by CPU time'], targets({ rows, ...rest }))}

If other processes use the machine at the same time, rely on the CPU time: they also affect the requests per second.

## CPU time of a request, in microseconds

${grid(({ cpuUs }) => cpuUs)}

## Requests per second

${grid(({ perSecond }) => perSecond)}
`;
}

export function apiChart({ date, machine, rows }) {
  const groups = Object.entries(cases).map(([kase, { title }]) => ({
    title,
    bars: rows
      .filter((row) => row.case === kase)
      .map(({ name, cpuUs }) => ({
        name,
        value: cpuUs.median,
        figure: `${whole(cpuUs.median)} µs`,
        isOurs: name === 'ours',
      })),
  }));
  const subtitle = `${date.slice(0, 10)} · ${machine}`;
  return barGroups({ title: 'CPU time of a request', subtitle, groups: groups.filter(({ bars }) => bars.length > 0) });
}
