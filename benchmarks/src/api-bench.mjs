import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { batchSize, cases, requestsOf } from './api-cases.mjs';
import { startLoad, startServer, startStub } from './api-processes.mjs';
import { apiChart, apiReport } from './api-report.mjs';
import { keepResult, runOf } from './kept-results.mjs';
import { spread } from './statistics.mjs';

const usage = `pnpm bench api [--cases getById,batch] [--scale 0.2] [--save]

  --cases   of ${Object.keys(cases).join(', ')}
  --scale   length of slices and warm-up; 1 takes about 20 minutes on two cores that are free
  --save    writes results/api.md, api.svg and api.json`;

const names = ['bare', 'limit', 'stock', 'tuned', 'unprotected', 'ours'];
const connections = 50;
const rounds = 7;
/** Each server for each case: by then it no longer gets faster. */
const warmUpSeconds = 20;
const sliceSeconds = 1.5;
const longestSeconds = 120;

/** What a request costs the API, beside Fastify alone, an API written by hand, and tRPC with the SDK as they come. */
export async function benchApi(args) {
  const { values } = parseArgs({
    args,
    options: {
      cases: { type: 'string', default: Object.keys(cases).join() },
      scale: { type: 'string', default: '1' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  const scale = Number(values.scale);
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-api-'));
  const processes = [];
  const started = (one) => {
    processes.push(one);
    return one;
  };
  try {
    const stub = started(await startStub());
    const load = started(await startLoad());
    const log = openSync(path.join(folder, 'log'), 'w');
    const servers = [];
    for (const name of names) servers.push(started(await startServer(name, { endpoint: stub.endpoint, log })));
    const rows = [];
    for (const name of values.cases.split(',')) rows.push(...(await measureCase(name, servers, { load, scale })));
    const [ours, limit, bare] = ['ours', 'limit', 'bare'].map((name) => servers.find((one) => one.name === name));
    const batchGain = await measureBatchGain([ours, limit], { load, scale, rows });
    const atHalf = [
      [ours, 'getById'],
      [limit, 'getById'],
      [bare, 'ping'],
    ];
    const halfLoad = await measureHalfLoad(atHalf, load, rows);
    const shared = await countSharedReads(ours, load, stub);
    const data = { ...runOf(), connections, rounds, scale, batchSize, rows, batchGain, halfLoad, shared };
    const markdown = apiReport(data);
    process.stdout.write(`\n${markdown}`);
    if (values.save) keepResult('api', { markdown, data, chart: apiChart(data) });
  } finally {
    for (const one of processes) one.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Requests of a case, one after the other on each connection. */
const ask = (load, server, name, seconds) =>
  load.ask({ url: server.url, requests: requestsOf(name, server), connections, seconds });

async function measureCase(name, all, { load, scale }) {
  const servers = all.filter(({ cases: own }) => own.includes(name));
  for (const server of servers) {
    const { errors } = await ask(load, server, name, warmUpSeconds * scale);
    if (errors > 0) throw new Error(`${server.name} failed ${errors} times at ${name}`);
  }
  const samples = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < servers.length; i++) {
      const at = (i + round) % servers.length;
      const before = await servers[at].cpuUs();
      const answer = await ask(load, servers[at], name, sliceSeconds * scale);
      const cpuUs = ((await servers[at].cpuUs()) - before) / answer.requests;
      samples[at].push({ cpuUs, perSecond: answer.perSecond, errors: answer.errors });
    }
  }
  const rows = servers.map((server, at) => {
    const against = (peer, figure) => {
      const other = samples[servers.findIndex((one) => one.name === peer)];
      return other && spread(samples[at].map((sample, round) => figure(sample, other[round])));
    };
    return {
      case: name,
      name: server.name,
      perSecond: spread(samples[at].map(({ perSecond }) => perSecond)),
      cpuUs: spread(samples[at].map(({ cpuUs }) => cpuUs)),
      errors: samples[at].reduce((sum, { errors }) => sum + errors, 0),
      throughput: Object.fromEntries(
        names.map((peer) => [peer, against(peer, (own, other) => own.perSecond / other.perSecond)]),
      ),
      cpu: Object.fromEntries(names.map((peer) => [peer, against(peer, (own, other) => other.cpuUs / own.cpuUs)])),
    };
  });
  const figures = rows.map((row) => `${row.name} ${Math.round(row.cpuUs.median)} µs`);
  process.stdout.write(`${name}: ${figures.join(', ')}\n`);
  return rows;
}

/** Reads a second of batches, of those of single requests: both in each round, as machines get faster and slower. */
async function measureBatchGain(servers, { load, scale, rows }) {
  if (!['getById', 'batch'].every((name) => rows.some((row) => row.case === name))) return [];
  const gains = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, server] of servers.entries()) {
      const single = await ask(load, server, 'getById', sliceSeconds * scale);
      const batch = await ask(load, server, 'batch', sliceSeconds * scale);
      gains[at].push((batch.perSecond * batchSize) / single.perSecond);
    }
  }
  return servers.map(({ name }, at) => ({ name, gain: spread(gains[at]) }));
}

/** Latencies of servers, in turn, where half of what each can do is asked of it, in an open loop. */
async function measureHalfLoad(all, load, rows) {
  const most = all.map(([{ name }, kase]) => rows.find((row) => row.case === kase && row.name === name));
  if (most.includes(undefined)) return [];
  const servers = all.map(([server]) => server);
  const rates = most.map(({ perSecond }) => perSecond.median / 2);
  const slices = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, server] of servers.entries()) {
      const requests = requestsOf(all[at][1], server);
      slices[at].push(await load.ask({ url: server.url, requests, seconds: 3, perSecond: rates[at] }));
    }
  }
  return servers.map(({ name }, at) => {
    const of = (figure) => spread(slices[at].map(figure));
    const ratio = of(({ p50, p99 }) => p99 / p50);
    return { name, perSecond: rates[at], p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99), ratio };
  });
}

/** Requests to the database of 1,000 concurrent reads of one user. */
async function countSharedReads(server, load, stub) {
  const [one] = requestsOf('getById', server);
  const counts = [];
  for (let round = 0; round < rounds; round++) {
    const before = await stub.calls();
    await load.ask({ url: server.url, requests: [one], connections: 1000, seconds: longestSeconds, count: 1000 });
    counts.push((await stub.calls()) - before);
  }
  return spread(counts);
}
