import { parseArgs } from 'node:util';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { contestants, versions } from './contestants.mjs';
import { fillTable, operations } from './cost-operations.mjs';
import { startCountingProxy } from './cost-proxy.mjs';
import { costReport } from './cost-report.mjs';
import { engines } from './engines.mjs';
import { keepResult, runOf } from './kept-results.mjs';

const usage = `pnpm bench cost [--save]

  --save  writes results/cost.md and cost.json`;

/** Requests and capacity units of each procedure: ours, the design that this project began from, and the libraries one could take instead. */
export async function benchCost(args) {
  const { values } = parseArgs({
    args,
    options: { save: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  const data = { ...runOf(), versions: versions(contestants), rows: await countAll() };
  const markdown = costReport(data);
  process.stdout.write(`\n${markdown}`);
  if (values.save) keepResult('cost', { markdown, data });
}

/** All contestants on one engine, each in a table of its own, behind one proxy that counts. */
async function countAll() {
  const seed = { name: 'look-up, then put', adapter: 'seed' };
  const list = [...contestants.filter(({ name }) => name !== 'ours by SDK'), seed];
  const engine = await engines.dynoxide();
  const proxy = await startCountingProxy(engine.endpoint);
  try {
    const rows = [];
    for (const [i, { name, adapter }] of list.entries())
      rows.push(...(await countOne({ name, adapter, table: `cost-${i}`, proxy, engine })));
    return rows;
  } finally {
    proxy.stop();
    await engine.stop();
  }
}

async function countOne({ name, adapter, table, proxy, engine }) {
  await ensureTable({ client: createDynamoClient({ endpoint: engine.endpoint }), tableName: table });
  Object.assign(process.env, {
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL: proxy.endpoint,
    DYNAMODB_TABLE: table,
    LOG_LEVEL: 'ERROR',
  });
  const { make } = await import(`../adapters/${adapter}.mjs`);
  const db = await make({ endpoint: proxy.endpoint, table });
  const users = await fillTable(db);
  const rows = [];
  for (const [procedure, prepare] of Object.entries(operations)) {
    const call = await prepare({ db, users });
    if (!call) continue;
    proxy.take();
    await call();
    rows.push({ name, procedure, ...proxy.take() });
  }
  return rows;
}
