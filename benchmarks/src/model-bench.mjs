import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { barChart } from './chart.mjs';
import { baseline, chosen, versions } from './contestants.mjs';
import { engines } from './engines.mjs';
import { modelReport } from './model-report.mjs';
import { spread } from './statistics.mjs';
import { startWorker, takeTurns } from './turns.mjs';

const usage = `pnpm bench model [--only "ours,aws-lite"] [--operations getById,update] [--scale 0.2] [--save]

  --only        contestants beside ${baseline}
  --operations  of getById, getByEmail, create, update, increment, append, transact, filter, createdAfter
  --scale       length of slices and warm-up, and number of users to list; 1 takes about 10 minutes
  --save        writes results/model.md, model.svg and model.json`;

/** The SDK needs some 10,000 calls until it gets no faster. */
const single = ['getById', 'getByEmail', 'create', 'update'].flatMap((operation) =>
  [32, 1].map((concurrency) => ({ engine: 'stub', operation, concurrency, warmUpMs: 4000, ms: 300, rounds: 11 })),
);
/** Operators and reads beyond the basics, of the contestants that have them. */
const more = ['increment', 'append', 'transact', 'filter'].map((operation) => ({
  ...{ engine: 'stub', operation, concurrency: 32, warmUpMs: 4000, ms: 300, rounds: 11 },
}));
const list = {
  engine: 'dynamodbLocal',
  operation: 'createdAfter',
  concurrency: 1,
  warmUpMs: 8000,
  ms: 1000,
  rounds: 9,
};
const plan = [...single, ...more, list];
const usersToList = 5000;

/** What a call of the model costs beside the libraries one could take instead. */
export async function benchModel(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      operations: { type: 'string' },
      scale: { type: 'string', default: '1' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  const contestants = chosen(values.only);
  const scale = Number(values.scale);
  const operations = values.operations?.split(',');
  const points = plan.filter(({ operation }) => !operations || operations.includes(operation));
  const rows = [];
  for (const engine of new Set(points.map((point) => point.engine))) {
    const own = points.filter((point) => point.engine === engine);
    rows.push(...(await measure(engine, own, contestants, scale)));
  }
  const report = {
    date: new Date().toISOString().slice(0, 16),
    machine: `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}`,
    scale,
    users: Math.round(usersToList * scale),
    versions: versions(contestants),
    rows,
  };
  const markdown = modelReport(report);
  process.stdout.write(`\n${markdown}`);
  if (values.save) save(report, markdown);
}

async function measure(engineName, points, contestants, scale) {
  const engine = await engines[engineName]();
  const workers = [];
  try {
    for (const [i, contestant] of contestants.entries()) {
      const table = `bench-${i}`;
      if (engineName !== 'stub')
        await ensureTable({ client: createDynamoClient({ endpoint: engine.endpoint }), tableName: table });
      const worker = await startWorker(contestant, { endpoint: engine.endpoint, table });
      workers.push(worker);
      await worker.call('seed', { count: engineName === 'stub' ? 1 : Math.round(usersToList * scale) });
    }
    const rows = [];
    for (const point of points) rows.push(...(await measurePoint(workers, point, scale)));
    return rows;
  } finally {
    for (const worker of workers) worker.stop();
    await engine.stop();
  }
}

async function measurePoint(all, { operation, concurrency, warmUpMs, ms, rounds }, scale) {
  const slice = { operation, concurrency };
  const workers = all.filter(({ missing }) => !missing.includes(operation));
  for (const worker of workers) await worker.call('slice', { ...slice, ms: warmUpMs * scale });
  const samples = await takeTurns(workers, { ...slice, ms: ms * scale, rounds });
  const base = samples[workers.findIndex(({ name }) => name === baseline)];
  const rows = workers.map(({ name }, at) => ({
    operation,
    concurrency,
    name,
    cpuUs: spread(samples[at].map(({ cpuUs }) => cpuUs)),
    cpu: spread(samples[at].map(({ cpuUs }, round) => cpuUs / base[round].cpuUs)),
    wall: spread(samples[at].map((sample, round) => sample.ms / base[round].ms)),
  }));
  const figures = rows.map(({ name, cpu }) => `${name} ${cpu.median.toFixed(2)}`);
  process.stdout.write(`${operation}, ${concurrency} at a time: ${figures.join(', ')}\n`);
  return rows;
}

function save(report, markdown) {
  const folder = new URL('../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('model.md', folder), markdown);
  writeFileSync(new URL('model.json', folder), `${JSON.stringify(report, null, 1)}\n`);
  const bars = report.rows.filter(({ operation, concurrency }) => concurrency === 32 || operation === 'createdAfter');
  const subtitle = `${report.date.slice(0, 10)} · ${report.machine}`;
  const title = `CPU time of a call, ${baseline} = 1`;
  writeFileSync(new URL('model.svg', folder), barChart({ title, subtitle, rows: bars, reference: 1 }));
}
